import type { Kind, Payload } from '../scenario.ts'

/** What is asked: a service, a sidecar with the calls one by one, or a sidecar with many items in a call. */
export type Target = 'service' | 'sidecar' | 'bulk'

/** What the generator does next. */
export interface Job {
  readonly target: Target
  /** Origins; the clients are spread over them. */
  readonly urls: readonly string[]
  /** Origin of the bare subscriber, which tells when an event came. Only for `event` on a sidecar. */
  readonly subscriber?: string | undefined
  readonly kind: Kind
  readonly connections: number
  readonly payload: Payload
  /** For so long, or until every id is used up. */
  readonly ms: number
  /** Do exactly so many operations. Default: as many as there is time for. */
  readonly count?: number
  /** Creates a second, whatever becomes of them. Default: each client waits for its answer. */
  readonly perSecond?: number
  /** Ids of tasks that are there. */
  readonly ids: readonly string[]
}

/** What came of a job. Latencies are of whole operations, in milliseconds. */
export interface JobResult {
  readonly operations: number
  /** By what was wrong. */
  readonly errors: Readonly<Record<string, number>>
  /** Events that are to be delivered. */
  readonly events: number
  readonly ids: readonly string[]
  /** Requests that were answered 503 with Retry-After; with `perSecond`. Otherwise they are errors. */
  readonly refused?: number
  readonly p50: number
  readonly p99: number
  readonly seconds: number
  /** What the generator itself took. */
  readonly cpuSeconds: number
}
