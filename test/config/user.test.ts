import { expect, test } from '@jest/globals'

import { TimeZone, UserCreate, UserId } from '../../config/tasks/index.ts'

test.each(['Europe/Berlin', 'UTC', 'Etc/GMT+1', 'Asia/Kolkata', 'Asia/Calcutta', 'America/Argentina/Buenos_Aires', 'America/Port-au-Prince', 'US/Eastern'])(
  'the time zone %s is known', (name) => { expect(TimeZone.safeParse(name).success).toBe(true) },
)

test.each(['Europe/Bonn', 'europe/berlin', 'EUROPE/BERLIN', 'asia/kolkata', 'ASIA/KOLKATA', '+01:00', '', 'Local', '../etc/passwd', 'TZ=UTC', 'Europe/Berlin\n', 'x'.repeat(65)])(
  'fails the time zone %j, also where Intl would take it', (name) => { expect(TimeZone.safeParse(name).success).toBe(false) },
)

test.each(['a', '0', 'b9d54b6e-6e1f-4c4b-9a53-0a2b5c1d7e8f', 'A_b-c', 'x'.repeat(100)])('the id %s is one of a user', (id) => { expect(UserId.safeParse(id).success).toBe(true) })

test.each(['', '-a', 'a-', 'a b', 'a:b', 'a||b', 'a/b', 'ä', 'a\n', 'x'.repeat(101)])('fails the id %j', (id) => { expect(UserId.safeParse(id).success).toBe(false) })

test('an e-mail address may be left out', () => {
  expect(UserCreate.parse({ name: 'Ann', time_zone: 'UTC' })).toEqual({ name: 'Ann', email: null, time_zone: 'UTC' })
})
