import { expect, test } from '@jest/globals'
import { z } from 'zod'

import { graphOf, isTimeZone, jobName, kindOfJob } from '../../config/define/index.ts'
import { withApp } from './orders.ts'

const kinds = ['due', 'digest']

test.each(['due', 'digest'])('a job of kind "%s" is known by its name', (kind) => {
  expect(kindOfJob(jobName(kind, 'a-1'), kinds)).toBe(kind)
})

test.each(['dues-1', 'due', 'other-1', '', '-'])('fails to find a kind for the name "%s"', (name) => {
  expect(kindOfJob(name, kinds)).toBeUndefined()
})

test.each(['Europe/Berlin', 'America/Argentina/Buenos_Aires', 'America/Port-au-Prince', 'Asia/Kolkata', 'Etc/GMT+5', 'UTC'])('%s is a time zone', (name) => {
  expect(isTimeZone(name)).toBe(true)
})

test.each(['', 'Europe/Berlinx', 'europe/berlin', 'Europe/BERLIN', 'Asia/KOLKATA', ' Europe/Berlin', 'Europe/Berlin 0', '+01:00', 'PST', 'Z', 'utc', 'Europe/', '/'])('fails "%s", which is none', (name) => {
  expect(isTimeZone(name)).toBe(false)
})

test('the graph tells an app\'s kinds of jobs, in their order', () => {
  const job = { data: z.object({}) }
  const { apps } = graphOf(withApp('shop', { jobs: { due: job, digest: job } }))
  expect(apps.map(({ id, jobs }) => [id, jobs])).toEqual([['shop', ['due', 'digest']], ['billing', []]])
})
