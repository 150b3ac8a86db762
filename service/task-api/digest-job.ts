import type { Preferences, TaskStack } from '../../config/tasks/index.ts'
import type { BoundApp, JobContext } from '../dapr/index.ts'
import { dailyDigest, type OpenTask } from './daily-digest.ts'
import { digestCron } from './digest-cron.ts'

/** What of a user's preferences the digest goes by. */
export type DigestWish = Pick<Preferences, 'time_zone' | 'digest'>

type TaskApi = BoundApp<TaskStack, 'task-api'>

export interface DigestDependencies {
  /** Of a user that there is not, nothing. */
  readonly users: { readonly findPreferences: (id: string) => Promise<DigestWish | undefined> }
  readonly lists: { readonly openTasksOf: (id: string, max: number) => Promise<readonly OpenTask[]> }
  readonly dapr: Pick<TaskApi, 'invoke' | 'jobs'>
  readonly now: () => Date
}

/** Keeps the job of a user's digest in step with what the user wants, by the clocks of the user's time zone. */
export const followUser = async ({ jobs }: Pick<TaskApi, 'jobs'>, user: string, wanted: DigestWish | undefined): Promise<void> => {
  if (!wanted?.digest) return jobs.remove('digest', user)
  await jobs.schedule('digest', user, { cron: digestCron(wanted.time_zone), timeZone: wanted.time_zone, data: { time_zone: wanted.time_zone } })
}

/** Notifies a user of what is open. The notification has the id of the user's day, so that there is one a day, however often this is called. */
export const sendDigest =
  ({ users, lists, dapr, now }: DigestDependencies) =>
  async ({ time_zone: zone }: { readonly time_zone: string }, { id: user, log }: JobContext): Promise<void> => {
    const wanted = await users.findPreferences(user)
    // Whoever changed what the user wants may have died before the job followed.
    if (!wanted?.digest || wanted.time_zone !== zone) await followUser(dapr, user, wanted)
    if (!wanted?.digest) {
      log.info({ user_id: user }, 'Nobody wants this digest any more')
      return
    }
    const { date, open, due } = dailyDigest(await lists.openTasksOf(user, Infinity), now(), wanted.time_zone)
    const message = `Open tasks: ${open}; due on ${date}: ${due}`
    await dapr.invoke('notification-service', 'send', { type: 'daily_digest', event_id: `digest-${user}-${date}`, user_id: user, message })
    log.info({ user_id: user, date, open, due }, 'Digest sent')
  }
