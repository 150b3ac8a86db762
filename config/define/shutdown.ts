/** How the pods of a stack end. */
export interface Shutdown {
  /**
   * How long a pod that is told to end serves on, telling each client with `Connection: close` to go elsewhere, in seconds: the time
   * in which the cluster takes the pod out of its Services, and clients with open connections ask once more. Longer where a load
   * balancer of its own must notice. Integer, 1-300.
   */
  readonly drainSeconds: number
}

export const defaultShutdown: Shutdown = { drainSeconds: 10 }

export const shutdownLimits = { drainSeconds: { min: 1, max: 300 } } as const

/** After the drain: how long requests that are still in flight may take until they are cut off. Seconds. */
export const closingSeconds = 10

/** Tells a service how long to drain. Without it a service ends almost at once, for nobody routes to it. */
export const drainVariable = 'DRAIN_SECONDS'

/** How long the runtime waits at most for deliveries under way before it stops the subscriptions. Source: `drainMaxDuration` of Dapr 1.18. */
const subscriptionDrainSeconds = 30
const gracefulSeconds = 5
const margin = 5

/** When which part of a pod that is told to end is cut off, in seconds. */
export interface ShutdownTimes {
  /** The sidecar takes no more events and goes on serving its app until that is gone, or until so long after its last delivery. */
  readonly blockSeconds: number
  /** Then the sidecar finishes what it is doing. */
  readonly gracefulSeconds: number
  /** Kubernetes kills what is left of the pod, counted from the start. */
  readonly terminationGraceSeconds: number
}

/** Computes the times of a pod's end: the app drains and closes, its sidecar outlives it, and Kubernetes waits for both. */
export const shutdownTimes = ({ drainSeconds }: Shutdown): ShutdownTimes => {
  const blockSeconds = drainSeconds + closingSeconds + margin
  return { blockSeconds, gracefulSeconds, terminationGraceSeconds: subscriptionDrainSeconds + blockSeconds + gracefulSeconds + margin }
}
