import type { CoreV1Api, V1ContainerStatus, V1Pod } from '@kubernetes/client-node'

/** A container of a pod, as the kubelet last told. */
export interface Container {
  readonly name: string
  /** Id of the runtime, without its scheme; of the last life while it waits for the next. */
  readonly id: string
  readonly running: boolean
  readonly ready: boolean
  readonly restarts: number
  /** Whether the kubelet puts its next start off. */
  readonly backOff: boolean
  /** Its lives that are over and that the API still tells of. */
  readonly ended: readonly Ended[]
}

export interface Ended {
  readonly id: string
  /** Such as `Error 137`. */
  readonly how: string
}

export interface Pod {
  readonly name: string
  readonly app: string
  /** Whether it is on its way out. */
  readonly leaving: boolean
  readonly containers: readonly Container[]
}

const idOf = (id: string | undefined): string => (id ?? '').replace(/^\w+:\/\//, '')

const containerOf = ({ name, containerID, state, lastState, ready, restartCount }: V1ContainerStatus): Container => ({
  name,
  id: idOf(containerID),
  running: state?.running !== undefined,
  ready,
  restarts: restartCount,
  backOff: state?.waiting?.reason === 'CrashLoopBackOff',
  ended: [state, lastState].flatMap((past) => (past?.terminated ? [{ id: idOf(past.terminated.containerID), how: `${past.terminated.reason ?? 'ended'} ${past.terminated.exitCode}` }] : [])),
})

const podOf = ({ metadata, status }: V1Pod): Pod => ({
  name: metadata?.name ?? '',
  app: metadata?.labels?.['app'] ?? '',
  leaving: metadata?.deletionTimestamp !== undefined,
  containers: (status?.containerStatuses ?? []).map(containerOf),
})

export const isReady = ({ leaving, containers }: Pod): boolean => !leaving && containers.length > 0 && containers.every(({ ready }) => ready)

/** All pods of a namespace, by name. */
export const podsIn = async (core: CoreV1Api, namespace: string): Promise<Pod[]> => {
  const { items } = await core.listNamespacedPod({ namespace })
  return items.map(podOf).sort((a, b) => a.name.localeCompare(b.name))
}
