import { z } from 'zod'

import type { KubeObject } from '../../kube/port.ts'
import type { ContainerLine, PodLine } from '../events.ts'

/** The container that Dapr's injector adds. */
export const sidecarContainer = 'daprd'

const Ended = z.object({ reason: z.string().optional(), message: z.string().optional(), exitCode: z.number().optional() })
const ContainerStatus = z.object({
  name: z.string(),
  ready: z.boolean(),
  restartCount: z.number(),
  state: z.object({ running: z.unknown().optional(), waiting: z.object({ reason: z.string().optional(), message: z.string().optional() }).optional(), terminated: Ended.optional() }).default({}),
  lastState: z.object({ terminated: Ended.optional() }).default({}),
})

const Spec = z.object({ name: z.string(), image: z.string().optional(), restartPolicy: z.string().optional() })

const Pod = z.object({
  metadata: z.object({
    name: z.string(),
    uid: z.string(),
    labels: z.record(z.string(), z.string()).default({}),
    annotations: z.record(z.string(), z.string()).default({}),
    deletionTimestamp: z.string().optional(),
    ownerReferences: z.array(z.object({ kind: z.string(), name: z.string() })).default([]),
  }),
  spec: z.object({ containers: z.array(Spec), initContainers: z.array(Spec).default([]) }),
  status: z
    .object({
      phase: z.string().optional(),
      conditions: z.array(z.object({ type: z.string(), status: z.string(), reason: z.string().optional(), message: z.string().optional() })).default([]),
      containerStatuses: z.array(ContainerStatus).default([]),
      initContainerStatuses: z.array(ContainerStatus).default([]),
    })
    .default({ conditions: [], containerStatuses: [], initContainerStatuses: [] }),
})

/** A pod as the waits and `status` see it. */
export type Pod = z.infer<typeof Pod>
export type ContainerStatus = z.infer<typeof ContainerStatus>

export const podOf = (object: KubeObject): Pod => Pod.parse(object)

/** The id of the app that a pod runs, where it has a sidecar. */
export const appOf = ({ metadata }: Pod): string | undefined => metadata.annotations['dapr.io/app-id']

/** The containers that run: those of the pod, and native sidecars. */
export const containersOf = ({ spec }: Pod): readonly z.infer<typeof Spec>[] => [...spec.containers, ...spec.initContainers.filter(({ restartPolicy }) => restartPolicy === 'Always')]

export const hasDaprd = (pod: Pod): boolean => containersOf(pod).some(({ name }) => name === sidecarContainer)

/** Whether Dapr's injector was asked for a sidecar and gave none. */
export const isMissed = (pod: Pod): boolean => pod.metadata.annotations['dapr.io/enabled'] === 'true' && !hasDaprd(pod)

/** What each container of a pod is at; init containers too while they run. */
export const statusesOf = ({ status }: Pod): readonly ContainerStatus[] => [...status.initContainerStatuses, ...status.containerStatuses]

export const stateText = ({ state, lastState }: ContainerStatus): string => {
  if (state.running !== undefined) return 'running'
  const ended = state.terminated ?? lastState.terminated
  const why = ended === undefined ? '' : ` (${ended.reason ?? 'ended'}${ended.exitCode === undefined ? '' : `, exit code ${ended.exitCode}`})`
  if (state.waiting) return `waiting: ${state.waiting.reason ?? 'unknown'}${why}`
  return `ended${why}`
}

/** A pod for the live tree; `event` is the last one of it. */
export const podLine = (pod: Pod, event?: string): PodLine => {
  const running = new Set(containersOf(pod).map(({ name }) => name))
  const all = statusesOf(pod).filter((status) => running.has(status.name))
  const containers = all.map((status): ContainerLine => ({ name: status.name, ready: status.ready, state: stateText(status), restarts: status.restartCount }))
  return { name: pod.metadata.name, ready: `${containers.filter(({ ready }) => ready).length}/${running.size}`, containers, ...(event !== undefined && { event }) }
}

export const isReady = ({ status }: Pod): boolean => status.conditions.some(({ type, status: is }) => type === 'Ready' && is === 'True')

/** Pods that have the labels and are not on their way out. */
export const podsWith = (pods: readonly Pod[], labels: Readonly<Record<string, string>>): Pod[] =>
  pods.filter(({ metadata }) => metadata.deletionTimestamp === undefined && Object.entries(labels).every(([name, value]) => metadata.labels[name] === value))
