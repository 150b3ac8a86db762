import { z } from 'zod'

import { componentKinds, recordLabel } from '../../config/define/index.ts'
import type { KubeObject } from '../kube/port.ts'

/** What the verbs read of a stack's graph. */
const Graph = z.object({
  apps: z.array(z.object({ id: z.string(), port: z.number().optional(), components: z.array(z.string()), jobs: z.array(z.string()).default([]) })),
  components: z.array(z.object({ name: z.string(), kind: z.enum(componentKinds), users: z.array(z.string()) })).default([]),
  topics: z.array(z.object({ name: z.string(), pubsub: z.string(), publishers: z.array(z.string()) })),
  subscriptions: z.array(z.object({ name: z.string(), app: z.string(), topic: z.string(), pubsub: z.string(), route: z.string().optional(), deadLetterTopic: z.string().optional() })),
  invocations: z.array(z.object({ caller: z.string(), callee: z.string(), method: z.string(), route: z.string().optional() })).default([]),
  secrets: z.array(z.object({ app: z.string(), store: z.string(), secret: z.string() })),
})
export type DeployedGraph = z.infer<typeof Graph>

const Holder = z.object({ data: z.object({ graph: z.string() }) })

export const isGraphRecord = ({ kind, metadata }: KubeObject): boolean => kind === 'ConfigMap' && metadata.labels?.[recordLabel] === 'graph'

/** The graph that a record holds; its format is that of `GraphData` in config/define. */
export const graphIn = (record: KubeObject): DeployedGraph => Graph.parse(JSON.parse(Holder.parse(record).data.graph))
