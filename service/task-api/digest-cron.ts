import { timetable } from '../../config/tasks/index.ts'
import type { Cron } from '../dapr/index.ts'

/** Whether the clocks of a time zone move by half an hour in a year, as those of Lord Howe Island do. */
const movesByHalfAnHour = (timeZone: string, year: number): boolean => {
  const clock = new Intl.DateTimeFormat('en-US', { timeZone, minute: 'numeric' })
  return new Set(Array.from({ length: 12 }, (_, month) => clock.format(Date.UTC(year, month)))).size > 1
}

/**
 * When a digest comes, by the clocks of a time zone (IANA name). The scheduler looks for an hour by adding hours to midnight: on a day on which
 * clocks move by half an hour it comes past 9:00, to 9:30. Where there are such days, a digest comes at both; the second on a day has no effect.
 */
export const digestCron = (timeZone: string, year = new Date().getUTCFullYear()): Cron =>
  `0 ${movesByHalfAnHour(timeZone, year) ? '0,30' : '0'} ${timetable.digestHour} * * *`
