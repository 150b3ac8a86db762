import { randomUUID } from 'node:crypto'

import { afterEach, beforeEach, expect, test } from '@jest/globals'

import { recovery } from '../../config/tasks/index.ts'
import { idOfKey } from '../../service/task-api/idempotency.ts'
import { ask } from './rig/ask.ts'
import { type Running, type SelfHosted, startSelfHosted } from './rig/self-hosted.ts'
import { until } from './rig/until.ts'

let host: SelfHosted

beforeEach(async () => {
  host = await startSelfHosted()
}, 600_000)
afterEach(() => host.stop(), 60_000)

const body = { title: 'Buy milk' }
const post = (url: string, key: string) => ask(`${url}/tasks`, { method: 'POST', body, headers: { 'idempotency-key': key } })
const stream = () => host.redis.command('XRANGE', 'task-events', '-', '+')
const stored = (key: string) => host.redis.command('HGET', `task-api||${key}`, 'data')
const replicas = async (): Promise<unknown> => JSON.parse(await stored('journals'))

/** A replica that can save but not publish, with a change that it saved; and another replica, to which nothing is wrong. */
const setUp = async () => {
  const [dying, living] = await Promise.all([host.start('task-api', { leftOut: ['pubsub'], ready: false }), host.start('task-api')])
  const key = randomUUID()
  await until('failure to publish', 20, async () => {
    const { status, body: problem } = await post(dying.url, key)
    return status === 503 && JSON.stringify(problem).includes('pubsub')
  })
  expect(await stored(`task-${idOfKey(key)}`)).toContain('task.created')
  expect(await stream()).toBe('')
  return { dying, living, key, id: idOfKey(key) }
}

const published = async (id: string, seconds: number): Promise<number> => {
  const start = performance.now()
  await until(`event of ${id}`, seconds, async () => (await stream()).includes(`${id}-1`))
  return performance.now() - start
}

const expectOneTask = async ({ url, log }: Running, key: string): Promise<void> => {
  const id = idOfKey(key)
  await until('delivery', 10, async () => log().some(({ msg, event_id: event }) => msg === 'Received event' && event === `${id}-1`))
  const first = await post(url, key)
  expect([first.status, first.headers.get('etag'), first.headers.get('location')]).toEqual([201, '"1"', `/tasks/${id}`])
  expect((await ask(`${url}/tasks/${id}`)).body).toEqual(first.body)
}

test('the event of a replica that is killed between save and publish is published by another within the promise', async () => {
  const { dying, living, key, id } = await setUp()
  dying.service.signal('SIGKILL')
  await dying.service.exit()
  const ms = await published(id, recovery.promisedMs / 1000)
  expect(ms).toBeLessThan(recovery.promisedMs)
  // A lease has to end first.
  expect(ms).toBeGreaterThan(recovery.marginMs)
  await until('end of the journal', 10, async () => JSON.stringify(await replicas()) === '{"replicas":[],"schema":1}' || JSON.stringify(await replicas()) === '{"schema":1,"replicas":[]}')
  await expectOneTask(living, key)
}, 180_000)

test('a replica that shuts down hands over what it could not publish, and another publishes it at its next look', async () => {
  const { dying, living, key, id } = await setUp()
  dying.service.signal('SIGTERM')
  expect(await dying.service.exit()).toBe(0)
  expect(await published(id, recovery.promisedMs / 1000)).toBeLessThan(recovery.leaseMs)
  await expectOneTask(living, key)
}, 180_000)
