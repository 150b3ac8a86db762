import { z } from 'zod'

import type { KubeObject } from '../../kube/port.ts'

/** How far a workload is. */
export interface Rollout {
  readonly ready: boolean
  /** Such as `1 of 2 pods ready`. */
  readonly detail: string
  /** It will not go on by itself. */
  readonly failure?: string
}

const count = z.number().default(0)
const Conditions = z.array(z.object({ type: z.string(), status: z.string(), reason: z.string().optional(), message: z.string().optional() })).default([])

const Workload = z.object({
  metadata: z.object({ generation: count }),
  spec: z.object({ replicas: z.number().default(1), completions: z.number().nullish(), selector: z.object({ matchLabels: z.record(z.string(), z.string()).default({}) }).optional() }),
  status: z
    .looseObject({ observedGeneration: count, replicas: count, updatedReplicas: count, readyReplicas: count, availableReplicas: count, succeeded: count, conditions: Conditions })
    .default({ observedGeneration: 0, replicas: 0, updatedReplicas: 0, readyReplicas: 0, availableReplicas: 0, succeeded: 0, conditions: [] }),
})
type Workload = z.infer<typeof Workload>

const isTrue = ({ status }: Workload, type: string) => status.conditions.find((condition) => condition.type === type && condition.status === 'True')

const deployment = (workload: Workload): Rollout => {
  const { spec, status } = workload
  const failure = isTrue(workload, 'ReplicaFailure')?.message
  const settled = status.updatedReplicas === spec.replicas && status.availableReplicas === spec.replicas && status.replicas === spec.replicas
  const old = status.replicas - status.updatedReplicas
  const detail = `${Math.min(status.availableReplicas, status.updatedReplicas)} of ${spec.replicas} pods available${old > 0 ? `, ${old} old ones still there` : ''}`
  return { ready: settled, detail, ...(failure !== undefined && { failure }) }
}

const statefulSet = ({ spec, status }: Workload): Rollout => {
  const updated = status['currentRevision'] === status['updateRevision'] || status.updatedReplicas === spec.replicas
  return { ready: updated && status.readyReplicas === spec.replicas, detail: `${status.readyReplicas} of ${spec.replicas} pods ready` }
}

const Daemons = z.object({ status: z.object({ desiredNumberScheduled: count, numberReady: count, updatedNumberScheduled: count }) })

const daemonSet = (object: KubeObject): Rollout => {
  const { desiredNumberScheduled: wanted, numberReady, updatedNumberScheduled } = Daemons.parse(object).status
  return { ready: numberReady >= wanted && updatedNumberScheduled >= wanted, detail: `${numberReady} of ${wanted} pods ready` }
}

const job = (workload: Workload): Rollout => {
  const failure = isTrue(workload, 'Failed')?.message
  return { ready: isTrue(workload, 'Complete') !== undefined, detail: 'not complete', ...(failure !== undefined && { failure }) }
}

/** How far a live workload is. Pure. */
export const rolloutOf = (object: KubeObject): Rollout => {
  const workload = Workload.parse(object)
  if (object.kind === 'Job') return job(workload)
  if (workload.status.observedGeneration < workload.metadata.generation) return { ready: false, detail: 'not seen by its controller yet' }
  if (object.kind === 'Deployment') return deployment(workload)
  return object.kind === 'StatefulSet' ? statefulSet(workload) : daemonSet(object)
}

/** How many pods a workload is to have, where it says so. */
export const replicasOf = (object: KubeObject): number => (object.kind === 'Deployment' || object.kind === 'StatefulSet' ? Workload.parse(object).spec.replicas : 0)

/** The labels that the pods of a workload have. */
export const selectorOf = (object: KubeObject): Readonly<Record<string, string>> => Workload.parse(object).spec.selector?.matchLabels ?? {}
