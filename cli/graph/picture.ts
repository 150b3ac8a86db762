import type { ComponentKind } from '../../config/define/index.ts'

/** What is drawn of a stack's graph; `StackGraph` has all of it, and so has the record in a cluster. */
export interface DrawnGraph {
  readonly apps: readonly { readonly id: string; readonly jobs: readonly string[] }[]
  readonly components: readonly { readonly name: string; readonly kind: ComponentKind; readonly users: readonly string[] }[]
  readonly topics: readonly { readonly name: string; readonly pubsub: string; readonly publishers: readonly string[] }[]
  readonly subscriptions: readonly { readonly name: string; readonly app: string; readonly topic: string; readonly pubsub: string }[]
  readonly invocations: readonly { readonly caller: string; readonly callee: string; readonly method: string }[]
  readonly secrets: readonly { readonly app: string; readonly store: string; readonly secret: string }[]
}

export type NodeKind = 'app' | 'jobs' | 'topic' | ComponentKind

export interface PictureNode {
  /** Unique in the picture; the functions of `ids` make it. */
  readonly id: string
  readonly kind: NodeKind
  /** Its label, a line each. */
  readonly lines: readonly string[]
  /** The pubsub component whose topic it is. */
  readonly pubsub?: string
  /** Whether it is there although the config does not have it. Default: false. */
  readonly undeclared?: boolean
}

export type EdgeKind = 'uses' | 'publishes' | 'delivers' | 'invokes' | 'calls'

/** How an edge of the config is found in a running stack, or an edge of a running stack in the config; it `fails` where all that went over it did. */
export type Mark = 'flows' | 'fails' | 'silent' | 'not loaded' | 'not declared' | 'unknown'

/** What was seen of an edge since the sidecars started. */
export interface Seen {
  readonly mark: Mark
  readonly count: number
  readonly failed: number
}

export interface PictureEdge {
  readonly kind: EdgeKind
  readonly from: string
  readonly to: string
  readonly label: string
  /** Where the picture is of a running stack. */
  readonly seen?: Seen
  /** Id of its element in an SVG. Default: what the layout numbers it. */
  readonly id?: string
  /** A text as wide as what is written below the label later, by who shows the SVG. Default: no room is left. */
  readonly room?: string
}

/** A graph as it is drawn, whatever it is drawn with. */
export interface Picture {
  readonly nodes: readonly PictureNode[]
  readonly edges: readonly PictureEdge[]
}

/** Ids of nodes. */
export const ids = {
  app: (id: string): string => `app ${id}`,
  jobs: (app: string): string => `jobs ${app}`,
  component: (name: string): string => `component ${name}`,
  topic: (pubsub: string, name: string): string => `topic ${pubsub} ${name}`,
}

const nodesOf = ({ apps, components, topics }: DrawnGraph): PictureNode[] => {
  const carries = (pubsub: string): boolean => topics.some((topic) => topic.pubsub === pubsub)
  return [
    ...apps.map(({ id }): PictureNode => ({ id: ids.app(id), kind: 'app', lines: [id] })),
    ...apps.filter(({ jobs }) => jobs.length > 0).map(({ id, jobs }): PictureNode => ({ id: ids.jobs(id), kind: 'jobs', lines: ['jobs', ...jobs] })),
    // A pubsub component is drawn around its topics.
    ...components.filter(({ kind, name }) => kind !== 'pubsub' || !carries(name)).map(({ name, kind }): PictureNode => ({ id: ids.component(name), kind, lines: [name] })),
    ...topics.map(({ name, pubsub }): PictureNode => ({ id: ids.topic(pubsub, name), kind: 'topic', lines: [name], pubsub })),
  ]
}

const componentEdges = ({ components, secrets }: DrawnGraph): PictureEdge[] => {
  const read = (app: string, store: string): string => secrets.filter((edge) => edge.app === app && edge.store === store).map(({ secret }) => secret).join(', ')
  return components
    .filter(({ kind }) => kind !== 'pubsub')
    .flatMap(({ name, kind, users }) => users.map((app): PictureEdge => ({ kind: 'uses', from: ids.app(app), to: ids.component(name), label: kind === 'secrets' ? read(app, name) : kind })))
}

const invocationEdges = ({ invocations }: DrawnGraph): PictureEdge[] => {
  const pairs = Map.groupBy(invocations, ({ caller, callee }) => JSON.stringify([caller, callee]))
  return [...pairs.values()].flatMap((calls): PictureEdge[] => {
    const [first] = calls
    return first ? [{ kind: 'invokes', from: ids.app(first.caller), to: ids.app(first.callee), label: calls.map(({ method }) => method).join(', ') }] : []
  })
}

/** The declared graph as a picture. Pure; everything in the order of the graph. */
export const pictureOf = (graph: DrawnGraph): Picture => ({
  nodes: nodesOf(graph),
  edges: [
    ...componentEdges(graph),
    ...graph.topics.flatMap(({ name, pubsub, publishers }) => publishers.map((app): PictureEdge => ({ kind: 'publishes', from: ids.app(app), to: ids.topic(pubsub, name), label: 'publish' }))),
    ...graph.subscriptions.map(({ name, app, topic, pubsub }): PictureEdge => ({ kind: 'delivers', from: ids.topic(pubsub, topic), to: ids.app(app), label: name })),
    ...invocationEdges(graph),
    ...graph.apps.filter(({ jobs }) => jobs.length > 0).map(({ id }): PictureEdge => ({ kind: 'calls', from: ids.jobs(id), to: ids.app(id), label: 'call' })),
  ],
})

const times = (count: number): string => count.toLocaleString('en-US')

/** The label of an edge, a line each: what it is, and what was seen of it. */
export const edgeLines = ({ label, seen, room }: PictureEdge): string[] => {
  if (room !== undefined) return [label, room].filter((line) => line !== '')
  if (!seen) return [label]
  const { mark, count, failed } = seen
  const counted = `${times(count)}${failed === 0 ? '' : `, ${times(failed)} failed`}`
  const words = { flows: counted, fails: `all ${times(failed)} failed`, silent: 'silent', 'not loaded': 'not loaded', 'not declared': count === 0 ? 'not declared' : `not declared: ${counted}`, unknown: 'sidecar silent' }
  return [label, words[mark]].filter((line) => line !== '')
}
