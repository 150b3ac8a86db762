import { isDeadLetterName } from '../../config/define/index.ts'
import type { Flow } from './flows.ts'
import { keyOf, type LiveEdge } from './live-edge.ts'
import { type EdgeKind, ids, type Mark, type Picture, type PictureEdge, type PictureNode, type Seen } from './picture.ts'

/** What the sidecars of an app said. */
export interface Sighting {
  readonly app: string
  /** What each of them has loaded. Left out where one of them did not answer. */
  readonly loaded?: readonly LiveEdge[]
  readonly flows: readonly Flow[]
}

const summed = (flows: readonly Flow[]): Map<string, Flow> => {
  const sums = new Map<string, Flow>()
  for (const flow of flows) {
    const { count = 0, failed = 0 } = sums.get(keyOf(flow)) ?? {}
    sums.set(keyOf(flow), { ...flow, count: count + flow.count, failed: failed + flow.failed })
  }
  return sums
}

/** What must be loaded for an edge to work; nothing for a call of another app. */
const needOf = (edge: PictureEdge, picture: Picture): string | undefined => {
  if (edge.kind === 'uses' || edge.kind === 'delivers') return keyOf(edge)
  const pubsub = picture.nodes.find(({ id }) => id === edge.to)?.pubsub
  return edge.kind === 'publishes' && pubsub !== undefined ? keyOf({ kind: 'uses', from: edge.from, to: ids.component(pubsub) }) : undefined
}

const ownerOf = ({ kind, from, to }: PictureEdge): string => (kind === 'delivers' || kind === 'calls' ? to : from)

const labels: Readonly<Record<EdgeKind, string>> = { uses: 'use', publishes: 'publish', delivers: 'deliver', invokes: 'invoke', calls: 'call' }

const isDeadLetters = ({ other }: LiveEdge): boolean => other.kind === 'topic' && other.lines.every(isDeadLetterName)

/** The edges that were seen and are not in the picture. A pubsub component is drawn by its topics, dead letters where there are some. */
const strays = (picture: Picture, sightings: readonly Sighting[], flows: ReadonlyMap<string, Flow>): LiveEdge[] => {
  const known = new Set(picture.edges.map(keyOf))
  const pubsubs = new Set(picture.nodes.flatMap(({ pubsub }) => (pubsub === undefined ? [] : [ids.component(pubsub)])))
  const seen = new Map([...sightings.flatMap(({ loaded = [] }) => loaded), ...flows.values()].map((edge) => [keyOf(edge), edge]))
  return [...seen]
    .filter(([key, edge]) => !known.has(key) && !pubsubs.has(edge.to) && (flows.has(key) || !isDeadLetters(edge)))
    .map(([, edge]) => edge)
}

const added = (edge: LiveEdge, seen: Omit<Seen, 'mark'>): { readonly node: PictureNode; readonly edge: PictureEdge } => {
  const { kind, from, to, other } = edge
  return isDeadLetters(edge)
    ? { node: other, edge: { kind, from, to, label: 'dead letters', seen: { ...seen, mark: 'flows' } } }
    : { node: { ...other, undeclared: true }, edge: { kind, from, to, label: labels[kind], seen: { ...seen, mark: 'not declared' } } }
}

/**
 * The picture with what was seen of it: each edge of the config flows, fails, is silent, or cannot work for what is not loaded; what was seen
 * and is not in the config is added. Counts are of all sidecars since each started. Pure.
 */
export const livePicture = (picture: Picture, sightings: readonly Sighting[]): Picture => {
  const answered = new Set(sightings.filter(({ loaded }) => loaded).map(({ app }) => ids.app(app)))
  const loaded = new Set(sightings.flatMap((sighting) => (sighting.loaded ?? []).map(keyOf)))
  const flows = summed(sightings.flatMap((sighting) => sighting.flows))
  const amount = (edge: Parameters<typeof keyOf>[0]): Omit<Seen, 'mark'> => {
    const { count = 0, failed = 0 } = flows.get(keyOf(edge)) ?? {}
    return { count, failed }
  }
  const markOf = (edge: PictureEdge): Mark => {
    if (!answered.has(ownerOf(edge))) return 'unknown'
    const need = needOf(edge, picture)
    if (need !== undefined && !loaded.has(need)) return 'not loaded'
    const { count, failed } = amount(edge)
    return count === 0 ? 'silent' : failed < count ? 'flows' : 'fails'
  }
  const known = new Set(picture.nodes.map(({ id }) => id))
  const more = strays(picture, sightings, flows).map((edge) => added(edge, amount(edge)))
  const nodes = new Map(more.filter(({ node }) => !known.has(node.id)).map(({ node }) => [node.id, node]))
  return {
    nodes: [...picture.nodes, ...nodes.values()],
    edges: [...picture.edges.map((edge) => ({ ...edge, seen: { ...amount(edge), mark: markOf(edge) } })), ...more.map(({ edge }) => edge)],
  }
}

/** What of a live picture is not as the config says, a line each. Pure. */
export const differencesIn = ({ edges }: Picture): string[] =>
  edges.flatMap(({ from, to, label, seen }) => (seen && seen.mark !== 'flows' ? [`${from} -> ${to} (${label}): ${seen.mark}`] : []))
