import type { JobRetry } from '../../config/define/index.ts'
import type { CloudEvent } from './cloud-event.ts'

/** A value in a state store with the store's version of it; treat `etag` as opaque. */
export interface StoredValue {
  readonly value: unknown
  readonly etag: string
}

/** When a write is to happen: only over the version that was read, or only where no value is. There is no unconditional write. */
export type Precondition = { readonly etag: string } | { readonly firstWrite: true }

export interface SaveOptions {
  /** After how many seconds the store forgets the value. Integer > 0. Default: never. */
  readonly ttlSeconds?: number
}

/** A component that the sidecar has loaded; `type` is Dapr's, such as `state.redis`. */
export interface LoadedComponent {
  readonly name: string
  readonly type: string
}

/** A job in Dapr's terms: it comes once at `dueTime`, or as `schedule` says. */
export interface SidecarJob {
  /** ISO 8601 in UTC. */
  readonly dueTime?: string
  /** Cron with six fields, perhaps after `CRON_TZ=<zone>`. */
  readonly schedule?: string
  /** A duration, such as `60s`; only with `schedule`. */
  readonly ttl?: string
  readonly data: unknown
}

/**
 * What a service asks of its sidecar, over plain names; `bind` gives it types. Each method answers within its adapter's time limit.
 * @throws SidecarError of the class that names the situation (sidecar-errors.ts)
 */
export interface Sidecar {
  /** `undefined` where no value is. */
  getState(store: string, key: string): Promise<StoredValue | undefined>
  saveState(store: string, key: string, value: unknown, precondition: Precondition, options?: SaveOptions): Promise<void>
  /** Removes the version that was read. */
  deleteState(store: string, key: string, etag: string): Promise<void>
  publish(pubsub: string, topic: string, event: CloudEvent): Promise<void>
  /** POSTs `request` to the method's route of another app; the answer is its JSON, `undefined` when it has no body. */
  invoke(app: string, method: string, request: unknown): Promise<unknown>
  /** The key-value pairs of a secret. */
  secret(store: string, name: string): Promise<Readonly<Record<string, string>>>
  /** Schedules a job of this app, in place of the one with that name if there is one. */
  scheduleJob(name: string, job: SidecarJob, retry: JobRetry): Promise<void>
  /** Removes a job of this app; there need not be one. */
  deleteJob(name: string): Promise<void>
  /** `undefined` where no job is. */
  getJob(name: string): Promise<SidecarJob | undefined>
  /** Whether the sidecar is ready to take calls; says nothing of what is behind its components. */
  outboundHealthy(): Promise<boolean>
  components(): Promise<readonly LoadedComponent[]>
  close(): Promise<void>
}
