import { describe, expect, test } from '@jest/globals'

import { type Notification, stack } from '../../../config/tasks/index.ts'
import { bind } from '../../../service/dapr/index.ts'
import { dailyDigest, type OpenTask } from '../../../service/task-api/daily-digest.ts'
import { type DigestWish, followUser, sendDigest } from '../../../service/task-api/digest-job.ts'
import { recordingLog } from '../dapr/subscription-double.ts'
import { memorySidecar } from '../support/memory-sidecar.ts'

const due = (...dates: string[]): OpenTask[] => dates.map((due_date) => ({ due_date }))
const dateAt = (instant: string, zone: string): string => dailyDigest([], new Date(instant), zone).date

describe('the day of a digest is that of the last 9:00 by the user\'s clocks', () => {
  test.each([
    ['on time', '2026-05-04T07:00:00Z', 'Europe/Berlin', '2026-05-04'],
    ['by a clock that is slow', '2026-05-04T06:59:58Z', 'Europe/Berlin', '2026-05-04'],
    ['in the evening', '2026-05-04T21:59:59Z', 'Europe/Berlin', '2026-05-04'],
    ['after midnight, when it is late', '2026-05-04T23:30:00Z', 'Europe/Berlin', '2026-05-04'],
    ['late, over the end of a month', '2026-05-01T00:30:00Z', 'Europe/Berlin', '2026-04-30'],
    ['late, over the end of a year', '2027-01-01T01:00:00Z', 'UTC', '2026-12-31'],
    ['on the day on which clocks go forward', '2026-03-29T07:00:00Z', 'Europe/Berlin', '2026-03-29'],
    ['on the day after', '2026-03-30T07:00:00Z', 'Europe/Berlin', '2026-03-30'],
    ['on the day on which clocks go back', '2026-10-25T08:00:00Z', 'Europe/Berlin', '2026-10-25'],
    ['in New York, on the day on which clocks go forward', '2026-03-08T13:00:00Z', 'America/New_York', '2026-03-08'],
    ['in New York, on the day on which they go back', '2026-11-01T14:00:00Z', 'America/New_York', '2026-11-01'],
    ['three quarters of an hour off, on the day on which clocks go forward', '2026-09-26T19:15:00Z', 'Pacific/Chatham', '2026-09-27'],
    ['half an hour late, where clocks go forward by half an hour', '2026-10-03T22:30:00Z', 'Australia/Lord_Howe', '2026-10-04'],
    ['where clocks never change', '2026-07-01T03:30:00Z', 'Asia/Kolkata', '2026-07-01'],
    ['where the day is another one than in UTC', '2026-07-01T19:00:00Z', 'Pacific/Kiritimati', '2026-07-02'],
    ['on a day that begins at 01:00', '2026-04-24T06:00:00Z', 'Africa/Cairo', '2026-04-24'],
    ['in the hour that such a day begins with', '2026-04-23T22:30:00Z', 'Africa/Cairo', '2026-04-23'],
  ])('%s', (_case, instant, zone, date) => {
    expect(dateAt(instant, zone)).toBe(date)
  })
})

describe('due on a day is what is due between its midnights by the user\'s clocks', () => {
  test.each([
    ['a day of 23 hours', '2026-03-29T07:00:00Z', 'Europe/Berlin', ['2026-03-28T23:00:00Z', '2026-03-29T21:59:59Z'], ['2026-03-28T22:59:59Z', '2026-03-29T22:00:00Z']],
    ['a day of 25 hours', '2026-10-25T08:00:00Z', 'Europe/Berlin', ['2026-10-24T22:00:00Z', '2026-10-25T22:59:59Z'], ['2026-10-24T21:59:59Z', '2026-10-25T23:00:00Z']],
    ['a day without midnight', '2026-04-24T06:00:00Z', 'Africa/Cairo', ['2026-04-23T22:00:00Z', '2026-04-24T20:59:59Z'], ['2026-04-23T21:59:59Z', '2026-04-24T21:00:00Z']],
    ['a day with two midnights', '2026-10-30T07:00:00Z', 'Africa/Cairo', ['2026-10-29T22:00:00Z', '2026-10-30T21:59:59Z'], ['2026-10-29T20:59:59Z', '2026-10-30T22:00:00Z']],
    ['a day of 24 hours and a half', '2026-04-04T22:30:00Z', 'Australia/Lord_Howe', ['2026-04-04T13:00:00Z', '2026-04-05T13:29:59Z'], ['2026-04-04T12:59:59Z', '2026-04-05T13:30:00Z']],
    ['a day of 23 hours, three quarters of an hour off', '2026-09-26T19:15:00Z', 'Pacific/Chatham', ['2026-09-26T11:15:00Z', '2026-09-27T10:14:59Z'], ['2026-09-26T11:14:59Z', '2026-09-27T10:15:00Z']],
    ['a zone half an hour off', '2026-07-01T03:30:00Z', 'Asia/Kolkata', ['2026-06-30T18:30:00Z', '2026-07-02T00:00:00+06:00'], ['2026-06-30T18:29:59Z', '2026-07-01T18:30:00Z']],
  ])('on %s', (_case, now, zone, inside, outside) => {
    expect(dailyDigest(due(...inside), new Date(now), zone).due).toBe(inside.length)
    expect(dailyDigest(due(...outside), new Date(now), zone).due).toBe(0)
  })

  test('and a task without a due date is open, but never due', () => {
    expect(dailyDigest([{ due_date: null }, ...due('2026-05-04T10:00:00Z')], new Date('2026-05-04T07:00:00Z'), 'Europe/Berlin')).toEqual({ date: '2026-05-04', open: 2, due: 1 })
  })
})

test('a user with 10,000 tasks gets a digest', () => {
  const tasks = due(...Array.from({ length: 10_000 }, (_, n) => new Date(Date.UTC(2026, 4, 4, 0, n)).toISOString()))
  expect(dailyDigest(tasks, new Date('2026-05-04T07:00:00Z'), 'Europe/Berlin')).toEqual({ date: '2026-05-04', open: 10_000, due: 22 * 60 })
})

const ann: DigestWish = { time_zone: 'Europe/Berlin', digest: true }

/** The job of a user, and what it has notified by event id, as the store of notifications keeps it. */
const setUp = (user: DigestWish | null = ann) => {
  const sidecar = memorySidecar()
  const dapr = bind(stack, 'task-api', sidecar)
  let now = ''
  sidecar.answer = { type: 'daily_digest', event_id: 'e', message: 'm', notified_at: '2026-01-01T00:00:00Z' }
  const job = sendDigest({ users: { findPreferences: async () => user ?? undefined }, lists: { openTasksOf: async () => due('2026-05-04T10:00:00Z', '2026-05-05T10:00:00Z') }, dapr, now: () => new Date(now) })
  const fire = (instant: string, time_zone = ann.time_zone) => {
    now = instant
    return job({ time_zone }, { id: 'ann', correlationId: 'c', log: recordingLog().log })
  }
  const ids = () => [...new Set(sidecar.invoked.map(({ request }) => (request as Notification).event_id))] // `send` takes nothing else
  return { sidecar, dapr, fire, ids }
}

test('a digest notifies its user of what is open and due', async () => {
  const { sidecar, fire } = setUp()
  await fire('2026-05-04T07:00:00Z')
  expect(sidecar.invoked).toEqual([
    { app: 'notification-service', method: 'send', request: { type: 'daily_digest', event_id: 'digest-ann-2026-05-04', user_id: 'ann', message: 'Open tasks: 2; due on 2026-05-04: 1' } },
  ])
})

test('a digest that comes early, twice and late on a day is one, and that of the next day another', async () => {
  const { fire, ids } = setUp()
  for (const instant of ['2026-05-04T06:59:59Z', '2026-05-04T07:00:01Z', '2026-05-04T23:59:59Z', '2026-05-05T01:00:00Z']) await fire(instant)
  expect(ids()).toEqual(['digest-ann-2026-05-04'])
  await fire('2026-05-05T07:00:00Z')
  expect(ids()).toEqual(['digest-ann-2026-05-04', 'digest-ann-2026-05-05'])
})

test('a digest that comes by the clocks of a zone that the user left goes out, and comes by those of the new one from then on', async () => {
  const { sidecar, dapr, fire, ids } = setUp()
  await followUser(dapr, 'ann', { time_zone: 'Asia/Kolkata', digest: true })
  await fire('2026-05-04T03:30:00Z', 'Asia/Kolkata')
  expect(sidecar.jobs.get('digest-ann')).toMatchObject({ schedule: 'CRON_TZ=Europe/Berlin 0 0 9 * * *', data: { data: { time_zone: 'Europe/Berlin' } } })
  await fire('2026-05-04T07:00:00Z')
  expect(ids()).toEqual(['digest-ann-2026-05-03', 'digest-ann-2026-05-04'])
})

test('a digest that comes at 9:00 and at 9:30, as where clocks move by half an hour, is one', async () => {
  const { dapr, sidecar, fire, ids } = setUp({ time_zone: 'Australia/Lord_Howe', digest: true })
  await followUser(dapr, 'ann', { time_zone: 'Australia/Lord_Howe', digest: true })
  expect(sidecar.jobs.get('digest-ann')).toMatchObject({ schedule: 'CRON_TZ=Australia/Lord_Howe 0 0,30 9 * * *' })
  for (const instant of ['2026-05-03T22:30:00Z', '2026-05-03T23:00:00Z']) await fire(instant, 'Australia/Lord_Howe')
  expect(ids()).toEqual(['digest-ann-2026-05-04'])
})

test('fails when the notification cannot be sent, so that it is called again', async () => {
  const { sidecar, fire } = setUp()
  sidecar.faults.invoke.push(() => { throw new Error('away') })
  await expect(fire('2026-05-04T07:00:00Z')).rejects.toThrow('away')
})

test('a user who wants a digest gets it at 9:00 by the clocks of the user\'s zone; a new zone moves it, and who wants none has none', async () => {
  const { sidecar, dapr } = setUp()
  await followUser(dapr, 'ann', ann)
  expect(sidecar.jobs.get('digest-ann')).toMatchObject({ schedule: 'CRON_TZ=Europe/Berlin 0 0 9 * * *' })
  await followUser(dapr, 'ann', { time_zone: 'Asia/Kolkata', digest: true })
  expect(sidecar.jobs.get('digest-ann')).toMatchObject({ schedule: 'CRON_TZ=Asia/Kolkata 0 0 9 * * *' })
  await followUser(dapr, 'ann', { time_zone: 'Asia/Kolkata', digest: false })
  expect(sidecar.jobs.size).toBe(0)
})

test.each([null, { time_zone: 'UTC', digest: false }])('a digest for a user who is %j sends nothing and ends', async (user) => {
  const { sidecar, dapr, fire } = setUp(user)
  await followUser(dapr, 'ann', ann)
  await fire('2026-05-04T07:00:00Z')
  expect([sidecar.jobs.size, sidecar.invoked]).toEqual([0, []])
})
