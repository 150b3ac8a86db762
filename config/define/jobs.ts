import type { ZodType } from 'zod'

/** A kind of job that an app schedules for itself. There may be a job of the kind for each id, such as that of a record. */
export interface JobKind {
  /** Schema of the data that a job brings its handler. Jobs wait for long: new versions must read what old ones scheduled. */
  readonly data: ZodType
  /** How a handler that failed is called again. Default: `defaultJobRetry`. */
  readonly retry?: Partial<JobRetry>
}

/** How the scheduler repeats a job whose handler failed or gave no answer. While no sidecar of the app is there it waits, and that does not count. */
export interface JobRetry {
  /** Pause between two calls, in seconds. Integer, 1-3600. */
  readonly intervalSeconds: number
  /** Calls after the first; then a job with one time is gone, and one that comes again waits for its next time. Integer, 1-10000. */
  readonly maxRetries: number
}

/** An hour: longer than a store or a broker should be away. */
export const defaultJobRetry: JobRetry = { intervalSeconds: 5, maxRetries: 720 }

export const jobRetryLimits = {
  intervalSeconds: { min: 1, max: 3600 },
  maxRetries: { min: 1, max: 10_000 },
} as const

export const jobRetry = ({ retry }: JobKind): JobRetry => ({ ...defaultJobRetry, ...retry })

/** Where Dapr delivers an app's jobs: this path and the job's name. */
export const jobRoute = '/job/'

/** The name of a job in Dapr. */
export const jobName = (kind: string, id: string): string => `${kind}-${id}`

/** Which of the kinds a job is, by its name. No kind is the beginning of another (rules/job-rules.ts). */
export const kindOfJob = (name: string, kinds: readonly string[]): string | undefined => kinds.find((kind) => name.startsWith(jobName(kind, '')))
