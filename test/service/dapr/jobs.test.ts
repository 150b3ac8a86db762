import { expect, test } from '@jest/globals'
import Fastify from 'fastify'
import { z } from 'zod'

import { defineStack } from '../../../config/define/index.ts'
import { bind, ComponentFailed, implement, type JobContext, ShapeMismatch, UnknownTimeZone } from '../../../service/dapr/index.ts'
import { createServer, Problem } from '../../../service/http/index.ts'
import { memorySidecar } from '../support/memory-sidecar.ts'

const Due = z.object({ at: z.string() })
const shop = defineStack({
  components: {},
  topics: {},
  services: { shop: { port: 8000, jobs: { due: { data: Due, retry: { maxRetries: 2 } }, digest: { data: z.object({}) } } }, idle: { port: 8001 } },
})
const at = new Date('2026-05-01T10:00:00.000Z')

const setUp = (handler: (data: z.infer<typeof Due>, context: JobContext) => Promise<void> = async () => undefined, appToken?: string) => {
  const sidecar = memorySidecar()
  const { jobs } = bind(shop, 'shop', sidecar)
  const app = createServer({ logger: { level: 'silent' }, receiveMs: 1000, translators: [] })
  app.register(implement(shop, 'shop', { jobs: { due: handler, digest: async () => undefined } }, { sidecar, appToken }))
  /** Calls the app as its sidecar does. */
  const fire = (name: string, payload: unknown = sidecar.jobs.get(name)?.data) => app.inject({ method: 'POST', url: `/job/${encodeURIComponent(name)}`, headers: { 'content-type': 'application/json' }, payload: JSON.stringify(payload) })
  return { sidecar, jobs, app, fire }
}

test('a job is scheduled under its kind and id, and reads back', async () => {
  const { sidecar, jobs } = setUp()
  await jobs.schedule('due', '7', { at, data: { at: 'x' } })
  expect([...sidecar.jobs]).toEqual([['due-7', { dueTime: '2026-05-01T10:00:00.000Z', data: { schema: 1, id: '7', data: { at: 'x' } } }]])
  expect(await jobs.read('due', '7')).toEqual({ at, data: { at: 'x' } })
  await jobs.remove('due', '7')
  expect(await jobs.read('due', '7')).toBeUndefined()
})

test('a job follows the clocks of a time zone', async () => {
  const { sidecar, jobs } = setUp()
  await jobs.schedule('digest', 'u', { cron: '0 0 9 * * *', timeZone: 'Europe/Berlin', ttlSeconds: 60, data: {} })
  expect(sidecar.jobs.get('digest-u')).toMatchObject({ schedule: 'CRON_TZ=Europe/Berlin 0 0 9 * * *', ttl: '60s' })
  expect(await jobs.read('digest', 'u')).toEqual({ schedule: 'CRON_TZ=Europe/Berlin 0 0 9 * * *', data: {} })
})

test('fails a time zone that is none before the scheduler sees it', async () => {
  const { sidecar, jobs } = setUp()
  await expect(jobs.schedule('digest', 'u', { cron: '0 0 9 * * *', timeZone: 'Europe/Berlin 0', data: {} })).rejects.toThrow(UnknownTimeZone)
  expect(sidecar.jobs.size).toBe(0)
})

test.each([
  [new Date(8.64e15), '9999-12-31T00:00:00.000Z'],
  [new Date(-8.64e15), '1970-01-01T00:00:00.000Z'],
])('a time that RFC 3339 cannot say (%s) is the nearest one that it can', async (far, dueTime) => {
  const { sidecar, jobs } = setUp()
  await jobs.schedule('due', '7', { at: far, data: { at: 'x' } })
  expect(sidecar.jobs.get('due-7')).toMatchObject({ dueTime })
})

test.each(['a/b', 'ü', '-', 'x'.repeat(101), '', 'sha256-0', 'a?b#c'])('an id that no name can hold (%s) comes back to the handler as it was', async (id) => {
  const ids: string[] = []
  const { sidecar, jobs, fire } = setUp(async (_data, context) => { ids.push(context.id) })
  await jobs.schedule('due', id, { at, data: { at: 'x' } })
  const [name = ''] = sidecar.jobs.keys()
  expect(name).toMatch(/^due-sha256-[0-9a-f]{64}$/)
  expect((await fire(name)).statusCode).toBe(204)
  expect(ids).toEqual([id])
})

test('fails to read a job whose data is of another shape', async () => {
  const { sidecar, jobs } = setUp()
  await sidecar.scheduleJob('due-7', { dueTime: at.toISOString(), data: { schema: 1, id: '7', data: 1 } }, { intervalSeconds: 1, maxRetries: 1 })
  await expect(jobs.read('due', '7')).rejects.toThrow(ShapeMismatch)
})

test('fails when the scheduler does', async () => {
  const { sidecar, jobs } = setUp()
  sidecar.faults.job.push(() => { throw new ComponentFailed('job "due-7"', 'away') })
  await expect(jobs.remove('due', '7')).rejects.toThrow(ComponentFailed)
})

test('a handler is given the data of its kind, the id, and what caused the job', async () => {
  const seen: unknown[] = []
  const { jobs, fire } = setUp(async (data, { id, correlationId }) => { seen.push([data, id, correlationId]) })
  await jobs.schedule('due', 'a-b-1', { at, data: { at: 'x' }, correlationId: 'c' })
  expect((await fire('due-a-b-1')).statusCode).toBe(204)
  expect(seen).toEqual([[{ at: 'x' }, 'a-b-1', 'c']])
})

test('the data of a later version is read, and a call has a correlation of its own where the job has none', async () => {
  const seen: unknown[] = []
  const { fire } = setUp(async (data, { correlationId }) => { seen.push(data, correlationId) })
  expect((await fire('due-1', { schema: 1, id: '1', later: 1, data: { at: 'x', later: 1 } })).statusCode).toBe(204)
  expect(seen).toEqual([{ at: 'x' }, expect.stringMatching(/.+/)])
})

test.each([new Error('away'), new Problem('not-found', 'gone')])('fails with 500, so that it is called again, when its handler throws %s', async (error) => {
  const { fire } = setUp(async () => { throw error })
  expect((await fire('due-1', { schema: 1, id: '1', data: { at: 'x' } })).statusCode).toBe(500)
})

test.each([
  ['of an unknown kind', 'other-1', { schema: 1, id: '1', data: {} }],
  ['with a name of any length', `other-${'x'.repeat(500)}`, { schema: 1, id: '1', data: {} }],
  ['with the name of a kind alone', 'due', { schema: 1, id: '1', data: { at: 'x' } }],
  ['whose body is none of ours', 'due-1', 7],
  ['whose data is of another shape', 'due-1', { schema: 1, id: '1', data: { at: 7 } }],
])('fails with 500, and never with the 404 that Dapr takes for success, a job %s', async (_case, name, payload) => {
  const { fire } = setUp()
  expect((await fire(name, payload)).statusCode).toBe(500)
})

test('fails a job of an app that declares none', async () => {
  const app = Fastify()
  app.register(implement(shop, 'idle', {}, { sidecar: memorySidecar() }))
  expect((await app.inject({ method: 'POST', url: '/job/due-1', payload: {} })).statusCode).toBe(500)
})

test('fails a caller without the app\'s token', async () => {
  const { app, fire } = setUp(undefined, 'secret')
  expect((await fire('due-1', {})).statusCode).toBe(401)
  const headers = { 'dapr-api-token': 'secret' }
  expect((await app.inject({ method: 'POST', url: '/job/due-1', headers, payload: { schema: 1, id: '1', data: { at: 'x' } } })).statusCode).toBe(204)
})

const { jobs: typed } = bind(shop, 'shop', memorySidecar())
const done = async (): Promise<void> => undefined

/** Never run: `tsc` refuses each line whose error is expected and does not come. */
export const driftDoesNotCompile = [
  () => typed.schedule('due', '1', { at, data: { at: 'x' } }),
  // @ts-expect-error -- there is no such kind
  () => typed.schedule('dues', '1', { at, data: { at: 'x' } }),
  // @ts-expect-error -- the data is another kind's
  () => typed.schedule('due', '1', { at, data: {} }),
  // @ts-expect-error -- there is no time
  () => typed.schedule('due', '1', { data: { at: 'x' } }),
  // @ts-expect-error -- a cron expression has six fields
  () => typed.schedule('digest', '1', { cron: '0 9 * * *', timeZone: 'UTC', data: {} }),
  // @ts-expect-error -- a cron expression is by some clock
  () => typed.schedule('digest', '1', { cron: '0 0 9 * * *', data: {} }),
  // @ts-expect-error -- there is no such kind
  () => typed.remove('dues', '1'),
  // @ts-expect-error -- there is no such kind
  () => typed.read('dues', '1'),
  // @ts-expect-error -- this app declares no jobs
  () => bind(shop, 'idle', memorySidecar()).jobs.remove('due', '1'),
  // @ts-expect-error -- the jobs are missing
  () => implement(shop, 'shop', {}, { sidecar: memorySidecar() }),
  // @ts-expect-error -- the handler of digest is missing
  () => implement(shop, 'shop', { jobs: { due: done } }, { sidecar: memorySidecar() }),
  // @ts-expect-error -- there is no such kind
  () => implement(shop, 'shop', { jobs: { due: done, digest: done, other: done } }, { sidecar: memorySidecar() }),
  // @ts-expect-error -- this app declares no jobs
  () => implement(shop, 'idle', { jobs: { due: done } }, { sidecar: memorySidecar() }),
]
