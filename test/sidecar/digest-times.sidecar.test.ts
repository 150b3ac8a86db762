import { beforeAll, describe, expect, test } from '@jest/globals'

import { isTimeZone } from '../../config/define/index.ts'
import { timetable } from '../../config/tasks/index.ts'
import { digestCron } from '../../service/task-api/digest-cron.ts'
import { localClock, type LocalTime } from '../../service/task-api/local-clock.ts'
import { cronTimes } from './rig/cron-times.ts'

const [from, to] = [new Date('2026-01-02T00:00:00Z'), new Date('2028-01-01T00:00:00Z')]
const dayMs = 86_400_000
const zones = Intl.supportedValuesOf('timeZone').filter(isTimeZone)
const scheduleOf = (zone: string): string => `CRON_TZ=${zone} ${digestCron(zone, 2026)}`

let times: ReadonlyMap<string, readonly Date[]>
beforeAll(async () => {
  const all = await cronTimes(zones.map(scheduleOf), from, to)
  times = new Map(zones.map((zone, index) => [zone, all[index] ?? []]))
}, 300_000)

const daysOf = (seen: readonly LocalTime[]): string[] => [...new Set(seen.map(({ date }) => date))]
const allDays = (first: string, last: string): string[] =>
  Array.from({ length: (Date.parse(last) - Date.parse(first)) / dayMs + 1 }, (_, day) => new Date(Date.parse(first) + day * dayMs).toISOString().slice(0, 10))

test('in every time zone each day of two years has its digest', () => {
  expect(zones.length).toBeGreaterThan(400)
  for (const [zone, instants] of times) {
    const seen = instants.map(localClock(zone))
    const days = daysOf(seen)
    expect([zone, days]).toEqual([zone, allDays(days[0] ?? '', days.at(-1) ?? '')])
    expect([zone, days.length >= 728]).toEqual([zone, true])
    // Go's time zones and Node's are of different years: an hour off where a law is new.
    expect([zone, seen.filter(({ hour }) => Math.abs(hour - timetable.digestHour) > 1)]).toEqual([zone, []])
  }
})

describe.each([
  ['Europe/Berlin', 'forward', ['2026-03-28T08:00', '2026-03-29T07:00', '2026-03-30T07:00']],
  ['Europe/Berlin', 'back', ['2026-10-24T07:00', '2026-10-25T08:00', '2026-10-26T08:00']],
  ['America/New_York', 'forward', ['2026-03-07T14:00', '2026-03-08T13:00', '2026-03-09T13:00']],
  ['America/New_York', 'back', ['2026-10-31T13:00', '2026-11-01T14:00', '2026-11-02T14:00']],
  ['Australia/Adelaide', 'back, half an hour off', ['2026-04-03T22:30', '2026-04-04T23:30', '2026-04-05T23:30']],
  ['Australia/Adelaide', 'forward, half an hour off', ['2026-10-02T23:30', '2026-10-03T22:30', '2026-10-04T22:30']],
  ['Pacific/Chatham', 'back, three quarters off', ['2026-04-03T19:15', '2026-04-04T20:15', '2026-04-05T20:15']],
  ['Pacific/Chatham', 'forward at 02:45', ['2026-09-25T20:15', '2026-09-26T19:15', '2026-09-27T19:15']],
  ['America/Santiago', 'back at midnight', ['2026-04-04T12:00', '2026-04-05T13:00', '2026-04-06T13:00']],
  ['America/Santiago', 'forward at midnight', ['2026-09-05T13:00', '2026-09-06T12:00', '2026-09-07T12:00']],
  ['Africa/Cairo', 'forward at midnight', ['2026-04-23T07:00', '2026-04-24T06:00', '2026-04-25T06:00']],
  ['Africa/Cairo', 'back at midnight', ['2026-10-29T06:00', '2026-10-30T07:00', '2026-10-31T07:00']],
  ['Antarctica/Troll', 'forward by two hours', ['2026-03-28T09:00', '2026-03-29T07:00', '2026-03-30T07:00']],
  ['Asia/Tokyo', 'never', ['2026-03-28T00:00', '2026-03-29T00:00', '2026-03-30T00:00']],
  ['Australia/Lord_Howe', 'back by half an hour', ['2026-04-03T22:00', '2026-04-03T22:30', '2026-04-04T23:00', '2026-04-05T22:30', '2026-04-05T23:00']],
  ['Australia/Lord_Howe', 'forward by half an hour', ['2026-10-02T22:30', '2026-10-02T23:00', '2026-10-03T22:30', '2026-10-04T22:00', '2026-10-04T22:30']],
])('when the clocks of %s move %s', (zone, _way, instants) => {
  test('the digest comes at 9:00, or at 9:30 where it must', () => {
    const [first = '', last = ''] = [instants[0], instants.at(-1)]
    const near = (times.get(zone) ?? []).map((instant) => instant.toISOString().slice(0, 16)).filter((instant) => instant >= first && instant <= last)
    expect(near).toEqual(instants)
  })
})

test('fails at 9:00 alone where clocks move by half an hour: the scheduler leaves those days out', async () => {
  const [instants = []] = await cronTimes(['CRON_TZ=Australia/Lord_Howe 0 0 9 * * *'], from, to)
  const days = daysOf(instants.map(localClock('Australia/Lord_Howe')))
  expect(allDays('2026-01-03', '2027-12-31').filter((day) => !days.includes(day))).toEqual(['2026-04-05', '2026-10-04', '2027-04-04', '2027-10-03'])
}, 60_000)
