import { createHash } from 'node:crypto'

import { keyOf } from '../graph/live-edge.ts'
import { livePicture } from '../graph/live.ts'
import { ids, type Picture, type PictureEdge, pictureOf } from '../graph/picture.ts'
import { sightingsIn } from '../stack/graph/sightings.ts'
import type { ClusterFacts } from './facts.ts'
import type { ratesOf } from './rates.ts'
import type { EdgeView } from './view.ts'

/** The graph to lay out, and what its edges show now. */
export interface Drawing {
  /** Of the same key, the same drawing: numbers may change without a new one. */
  readonly key: string
  readonly picture: Picture
  readonly edges: readonly EdgeView[]
}

/** As wide as what is written on an edge while it is looked at. */
const room = '00,000 · 00.0/s, 000 failed'

const idOf = (index: number): string => `edge-${index}`

const shapeOf = ({ kind, from, to, label }: PictureEdge, index: number): PictureEdge => ({ kind, from, to, label, id: idOf(index), room })

const digest = (picture: Picture): string => createHash('sha256').update(JSON.stringify(picture)).digest('hex').slice(0, 16)

/** The graph of a stack, declared and as it runs. Pure. */
export const drawingOf = ({ graph, namespace, words }: ClusterFacts, rates: ReturnType<typeof ratesOf>): Drawing => {
  const { nodes, edges } = livePicture(pictureOf(graph), sightingsIn(namespace, graph.apps.map(({ id }) => id), words).sightings)
  const picture = { nodes, edges: edges.map(shapeOf) }
  return {
    key: digest(picture),
    picture,
    edges: edges.map(({ kind, from, to, label, seen }, index): EdgeView => {
      const rate = rates && (rates.get(keyOf({ kind, from, to })) ?? { count: 0, failed: 0 })
      const { mark, count, failed } = seen ?? { mark: 'unknown', count: 0, failed: 0 }
      return { id: idOf(index), kind, from, to, label, mark, count, failed, ...(rate && { perSecond: rate.count, failedPerSecond: rate.failed }) }
    }),
  }
}

/** What an app has to do with: its own edges, and who else is at its topics. Pure. */
export const around = ({ nodes, edges }: Picture, app: string): Picture => {
  const id = ids.app(app)
  const own = edges.filter(({ from, to }) => from === id || to === id)
  const topics = new Set(nodes.flatMap((node) => (node.kind === 'topic' && own.some(({ from, to }) => from === node.id || to === node.id) ? node.id : [])))
  const shown = edges.filter((edge) => own.includes(edge) || topics.has(edge.from) || topics.has(edge.to))
  const known = new Set([id, ...shown.flatMap(({ from, to }) => [from, to])])
  return { nodes: nodes.filter((node) => known.has(node.id)), edges: shown }
}
