import type { Injector } from './injector.ts'
import type { Place } from './plan.ts'
import type { Recorder } from './recorder.ts'

/** The real stack, as load, faults and checks need it, wherever it runs. */
export interface Stack {
  readonly place: Place
  /** Where its logs are. */
  readonly folder: string
  /** What the servers say of their own durability, a line each. */
  readonly fsync: readonly string[]
  readonly injector: Injector
  /** Base URLs at which clients reach an app. */
  urlsOf(app: string): readonly string[]
  /** Base URL of the HTTP API of a sidecar of an app. */
  sidecarUrl(app: string): Promise<string>
  /** Asks the Redis of the state by its own client; `input` has a command on each line, in place of `args`. */
  redis(args: readonly string[], input?: string): Promise<string>
  /** Starts to read what lies in the broker. */
  record(): Promise<Recorder>
  /** Options that bring `npm run dlq` here. */
  dlqOptions(): Promise<readonly string[]>
  /** When every replica is ready. */
  healed(): Promise<void>
  /** How often each process ended that nobody had ended. */
  failures(): Readonly<Record<string, number>>
  /** Pods that were removed because the kubelet would have put the next start of a container off for too long; 0 where there is no kubelet. */
  renewed(): number
  /** Ends all of it. */
  stop(): Promise<void>
}
