import * as z from 'zod'

import { type AnyStack, type AppOf, isTimeZone, type JobData, type JobInput, type JobKind, type JobKindOf, jobRetry } from '../../config/define/index.ts'
import { nameOfJob } from './job-name.ts'
import { ShapeMismatch, UnknownTimeZone } from './sidecar-errors.ts'
import type { Sidecar, SidecarJob } from './sidecar.ts'

/** Six fields: second, minute, hour, day of the month, month, day of the week. */
export type Cron = `${string} ${string} ${string} ${string} ${string} ${string}`

/** When a job comes: once, or each time that a cron expression says by the clocks of a time zone. */
export type JobTime =
  | {
      /** A time that has passed means at once. */
      readonly at: Date
    }
  | {
      readonly cron: Cron
      /** IANA name, such as `Europe/Berlin`. */
      readonly timeZone: string
      /** After how many seconds the job is gone; at once where its next time is later. Integer > 0. Default: never. */
      readonly ttlSeconds?: number
    }

/** A job as it is scheduled. */
export type Job<Data> = JobTime & {
  readonly data: Data
  /** What caused the job, across services; its handler is told. Default: each call has one of its own. */
  readonly correlationId?: string
}

/** A job as the scheduler has it. */
export interface ScheduledJob<Data> {
  /** When it comes, where it comes once. */
  readonly at?: Date
  /** When it comes, where it comes again and again, with the time zone: `CRON_TZ=Europe/Berlin 0 0 9 * * *`. */
  readonly schedule?: string
  readonly data: Data
}

/** The jobs of an app. An app schedules them for itself alone; any of its replicas may be given one. */
export interface Jobs<St extends AnyStack, App extends AppOf<St>> {
  /**
   * Schedules a job, in place of the one of that kind and id if there is one.
   * @throws UnknownTimeZone
   */
  schedule<K extends JobKindOf<St, App>>(kind: K, id: string, job: Job<JobInput<St, App, K>>): Promise<void>
  /** Takes a job away; there need not be one. A call that the scheduler has begun goes on. */
  remove(kind: JobKindOf<St, App>, id: string): Promise<void>
  /** `undefined` where there is no such job, or not any more. */
  read<K extends JobKindOf<St, App>>(kind: K, id: string): Promise<ScheduledJob<JobData<St, App, K>> | undefined>
}

/** What a job carries. Names of jobs cannot hold every id. */
export const JobPayload = z.looseObject({ schema: z.literal(1), id: z.string(), correlation_id: z.string().optional(), data: z.unknown() })

/** RFC 3339 says no others. */
const [earliest, latest] = [Date.UTC(1970), Date.UTC(9999, 11, 31)]

const timeOf = (job: JobTime, target: string): Pick<SidecarJob, 'dueTime' | 'schedule' | 'ttl'> => {
  if ('at' in job) return { dueTime: new Date(Math.min(Math.max(job.at.getTime(), earliest), latest)).toISOString() }
  if (!isTimeZone(job.timeZone)) throw new UnknownTimeZone(target, job.timeZone)
  return { schedule: `CRON_TZ=${job.timeZone} ${job.cron}`, ...(job.ttlSeconds !== undefined && { ttl: `${job.ttlSeconds}s` }) }
}

const seen = (kind: JobKind | undefined, job: SidecarJob, target: string): ScheduledJob<unknown> => {
  const data = kind?.data.safeParse(JobPayload.safeParse(job.data).data?.data)
  if (!data?.success) throw new ShapeMismatch(target, String(data?.error))
  return { ...(job.dueTime !== undefined && { at: new Date(job.dueTime) }), ...(job.schedule !== undefined && { schedule: job.schedule }), data: data.data }
}

/** Gives the jobs of an app's sidecar the types of its stack. */
export const appJobs = <const St extends AnyStack, const App extends AppOf<St>>(stack: St, app: App, sidecar: Sidecar): Jobs<St, App> => {
  const kinds: Readonly<Record<string, JobKind>> = (stack as AnyStack).services[app]?.jobs ?? {}
  const schedule = async (kind: string, id: string, job: Job<unknown>): Promise<void> => {
    const name = nameOfJob(kind, id)
    const declared = kinds[kind]
    if (!declared) throw new TypeError(`no kind of job "${kind}" is declared for "${app}"`)
    const data = { schema: 1, id, ...(job.correlationId !== undefined && { correlation_id: job.correlationId }), data: job.data }
    await sidecar.scheduleJob(name, { ...timeOf(job, `job "${name}"`), data }, jobRetry(declared))
  }
  return {
    schedule,
    remove: (kind, id) => sidecar.deleteJob(nameOfJob(kind, id)),
    read: async <K extends JobKindOf<St, App>>(kind: K, id: string) => {
      const name = nameOfJob(kind, id)
      const job = await sidecar.getJob(name)
      // The type and the schema are read from the same place of the stack.
      return job && (seen(kinds[kind], job, `the data of job "${name}"`) as ScheduledJob<JobData<St, App, K>>)
    },
  }
}
