import type { ComponentKind } from '../../config/define/index.ts'
import { type EdgeKind, ids, type NodeKind, type PictureNode } from './picture.ts'

/** An edge of a running stack: an app and what it has to do with. */
export interface LiveEdge {
  readonly kind: EdgeKind
  /** Ids of nodes. */
  readonly from: string
  readonly to: string
  /** The end that is not the app, for where the config has none of it. */
  readonly other: PictureNode
}

const node = (id: string, kind: NodeKind, name: string, pubsub?: string): PictureNode => ({ id, kind, lines: [name], ...(pubsub !== undefined && { pubsub }) })
const leading = (kind: EdgeKind, app: string, other: PictureNode): LiveEdge => ({ kind, from: ids.app(app), to: other.id, other })
const coming = (kind: EdgeKind, app: string, other: PictureNode): LiveEdge => ({ kind, from: other.id, to: ids.app(app), other })
const topicNode = (pubsub: string, topic: string): PictureNode => node(ids.topic(pubsub, topic), 'topic', topic, pubsub)

/** The edges that can be seen of an app. */
export const liveEdges = {
  uses: (app: string, kind: ComponentKind, name: string): LiveEdge => leading('uses', app, node(ids.component(name), kind, name)),
  publishes: (app: string, pubsub: string, topic: string): LiveEdge => leading('publishes', app, topicNode(pubsub, topic)),
  delivers: (app: string, pubsub: string, topic: string): LiveEdge => coming('delivers', app, topicNode(pubsub, topic)),
  invokes: (app: string, callee: string): LiveEdge => leading('invokes', app, node(ids.app(callee), 'app', callee)),
  calls: (app: string): LiveEdge => coming('calls', app, node(ids.jobs(app), 'jobs', 'jobs')),
}

/** What tells an edge from all others of a picture. */
export const keyOf = ({ kind, from, to }: Pick<LiveEdge, 'kind' | 'from' | 'to'>): string => JSON.stringify([kind, from, to])
