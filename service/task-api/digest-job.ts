import { type TaskStack, timetable } from '../../config/tasks/index.ts'
import type { BoundApp, JobContext } from '../dapr/index.ts'
import { dailyDigest, type OpenTask } from './daily-digest.ts'

/** What the digest asks of a user. */
export interface DigestUser {
  /** IANA name. */
  readonly time_zone: string
  /** Whether the user wants one. */
  readonly digest: boolean
}

/** Where users are. */
export interface UserDirectory {
  find(user: string): Promise<DigestUser | undefined>
}

/** Which tasks users have. */
export interface TaskIndex {
  /** Those that are not completed, at most `max`. */
  openTasksOf(user: string, max: number): Promise<readonly OpenTask[]>
}

type TaskApi = BoundApp<TaskStack, 'task-api'>

export interface DigestDependencies {
  readonly users: UserDirectory
  readonly index: TaskIndex
  readonly dapr: Pick<TaskApi, 'invoke' | 'jobs'>
  readonly now: () => Date
}

/** Keeps the job of a user's digest in step with what the user wants, by the clocks of the user's time zone. */
export const followUser = async ({ jobs }: Pick<TaskApi, 'jobs'>, user: string, wanted: DigestUser | undefined): Promise<void> => {
  if (!wanted?.digest) return jobs.remove('digest', user)
  await jobs.schedule('digest', user, { cron: `0 0 ${timetable.digestHour} * * *`, timeZone: wanted.time_zone, data: { time_zone: wanted.time_zone } })
}

/** Notifies a user of what is open. The notification has the id of the user's day, so that there is one a day, however often this is called. */
export const sendDigest =
  ({ users, index, dapr, now }: DigestDependencies) =>
  async ({ time_zone: zone }: { readonly time_zone: string }, { id: user, log }: JobContext): Promise<void> => {
    const wanted = await users.find(user)
    // Whoever changed what the user wants may have died before the job followed.
    if (!wanted?.digest || wanted.time_zone !== zone) await followUser(dapr, user, wanted)
    if (!wanted?.digest) {
      log.info({ user_id: user }, 'Nobody wants this digest any more')
      return
    }
    const { date, open, due } = dailyDigest(await index.openTasksOf(user, Infinity), now(), wanted.time_zone)
    const message = `Open tasks: ${open}; due on ${date}: ${due}`
    await dapr.invoke('notification-service', 'notify', { type: 'daily_digest', event_id: `digest-${user}-${date}`, user_id: user, message })
    log.info({ user_id: user, date, open, due }, 'Digest sent')
  }
