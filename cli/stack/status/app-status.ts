import type { DeployedGraph } from '../graph.ts'
import type { SidecarMetadata } from '../sidecar.ts'
import { isReady, type Pod, stateText, statusesOf } from '../up/pods.ts'
import type { Snapshot } from '../up/snapshot.ts'
import type { AppStatus } from './report.ts'

/** What the sidecar of a pod said, or why it says nothing. */
export interface Answer {
  readonly pod: Pod
  readonly metadata?: SidecarMetadata
  readonly why?: string
}

const podTroubles = (pod: Pod, { events }: Pick<Snapshot, 'events'>): string[] => {
  if (isReady(pod)) return []
  const states = statusesOf(pod).filter(({ ready }) => !ready).map((status) => `${status.name} ${stateText(status)}`)
  const event = events.get(pod.metadata.name)
  return [`${pod.metadata.name}: ${[...states, ...(event === undefined ? [] : [event])].join('; ') || 'not ready'}`]
}

/** How an app is, by its pods and what their sidecars said. Pure. */
export const appStatus = (graph: DeployedGraph, { id, components }: DeployedGraph['apps'][number], answers: readonly Answer[], snapshot: Pick<Snapshot, 'events'>): AppStatus => {
  const asked = answers.flatMap(({ metadata }) => metadata ?? [])
  const missing = components.filter((name) => !asked.every((one) => one.components.some((component) => component.name === name)))
  const declared = graph.subscriptions.filter(({ app }) => app === id)
  const listed = declared.filter(({ topic }) => asked.length > 0 && asked.every(({ subscriptions }) => subscriptions.some((one) => one.topic === topic)))
  const pods = answers.map(({ pod }) => pod)
  const restarts = pods.flatMap((pod) => statusesOf(pod).map(({ restartCount }) => restartCount)).reduce((sum, count) => sum + count, 0)
  const troubles = [
    ...(pods.length === 0 ? ['no pods'] : []),
    ...answers.flatMap(({ why }) => why ?? []),
    ...(asked.length === 0 ? [] : missing.map((name) => `component ${name} is not loaded`)),
    ...pods.flatMap((pod) => podTroubles(pod, snapshot)),
  ]
  return {
    app: id,
    pods: [pods.filter(isReady).length, pods.length],
    restarts,
    sidecars: [...new Set(asked.map(({ runtimeVersion }) => runtimeVersion))],
    components: [asked.length === 0 ? 0 : components.length - missing.length, components.length],
    subscriptions: [listed.length, declared.length],
    troubles,
  }
}
