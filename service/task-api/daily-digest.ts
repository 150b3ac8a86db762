import { timetable } from '../../config/tasks/index.ts'
import { localClock, type LocalTime } from './local-clock.ts'

/** A task as a digest counts it. */
export interface OpenTask {
  /** ISO 8601 with an offset. */
  readonly due_date: string | null
}

/** What a user is told once a day. */
export interface DailyDigest {
  /** The day it is for by the user's calendar, `YYYY-MM-DD`. There is one for each. */
  readonly date: string
  readonly open: number
  /** How many of these are due on that day. */
  readonly due: number
}

const dayBefore = (date: string): string => new Date(Date.parse(date) - 86_400_000).toISOString().slice(0, 10)

/** A job that comes an hour early is for the same day, for clocks differ; one that comes late, after midnight, is still for the day before. */
const digestDate = ({ date, hour }: LocalTime): string => (hour >= timetable.digestHour - 1 ? date : dayBefore(date))

/** The digest that is due at an instant, by the clocks of the user's time zone. */
export const dailyDigest = (open: readonly OpenTask[], now: Date, timeZone: string): DailyDigest => {
  const clock = localClock(timeZone)
  const date = digestDate(clock(now))
  const due = open.filter((task) => task.due_date !== null && clock(new Date(task.due_date)).date === date)
  return { date, open: open.length, due: due.length }
}
