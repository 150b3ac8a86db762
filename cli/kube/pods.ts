import type { CoreV1Api, V1ContainerStatus, V1Pod } from '@kubernetes/client-node'

/** One container of a pod; native sidecars count, plain init containers do not. */
export interface ContainerView {
  readonly name: string
  readonly image: string
  readonly ready: boolean
  readonly restarts: number
  /** Such as `running`, or `waiting: CrashLoopBackOff`. */
  readonly state: string
}

/** What kubectl shows of a pod, and its annotations. */
export interface PodView {
  readonly name: string
  /** Ready containers of all, such as `2/2`. */
  readonly ready: string
  readonly allReady: boolean
  readonly containers: readonly ContainerView[]
  readonly annotations: Readonly<Record<string, string>>
  /** Why no node takes it. */
  readonly unscheduled?: string
}

const stateOf = ({ state }: V1ContainerStatus): string => {
  if (state?.running) return 'running'
  if (state?.waiting) return `waiting: ${state.waiting.reason ?? 'unknown'}`
  return `terminated: ${state?.terminated?.reason ?? 'unknown'}`
}

const nativeSidecars = (pod: V1Pod): Set<string> =>
  new Set(pod.spec?.initContainers?.filter(({ restartPolicy }) => restartPolicy === 'Always').map(({ name }) => name))

const unscheduledOf = ({ status }: V1Pod): string | undefined => status?.conditions?.find(({ type, status: is }) => type === 'PodScheduled' && is === 'False')?.message

const viewOf = (pod: V1Pod): PodView => {
  const sidecars = nativeSidecars(pod)
  const statuses = [
    ...(pod.status?.containerStatuses ?? []),
    ...(pod.status?.initContainerStatuses ?? []).filter(({ name }) => sidecars.has(name)),
  ]
  const containers = statuses.map((status) => ({
    name: status.name,
    image: status.image,
    ready: status.ready,
    restarts: status.restartCount,
    state: stateOf(status),
  }))
  const unscheduled = unscheduledOf(pod)
  const ready = containers.filter((container) => container.ready).length
  return {
    name: pod.metadata?.name ?? '',
    ready: `${ready}/${containers.length}`,
    allReady: containers.length > 0 && ready === containers.length,
    containers,
    annotations: pod.metadata?.annotations ?? {},
    ...(unscheduled !== undefined && { unscheduled }),
  }
}

/** Pods with the label `app=<app>` that are not on their way out, by name. */
export const podsOf = async (api: CoreV1Api, namespace: string, app: string): Promise<PodView[]> => {
  const { items } = await api.listNamespacedPod({ namespace, labelSelector: `app=${app}` })
  return items
    .filter(({ metadata }) => metadata?.deletionTimestamp === undefined)
    .map(viewOf)
    .sort((a, b) => a.name.localeCompare(b.name))
}
