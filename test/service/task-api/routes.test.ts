import { expect, test } from '@jest/globals'

import type { Task } from '../../../config/tasks/index.ts'
import { remainingMs, SidecarUnavailable } from '../../../service/dapr/index.ts'
import { limits } from '../../../service/limits.ts'
import { detailOf, violationPaths } from '../support/answers.ts'
import { taskApi } from '../support/apps.ts'

const setUp = async () => {
  const { app, sidecar, drain } = taskApi()
  const created = await app.inject({ method: 'POST', url: '/tasks', payload: { title: 'Buy groceries', priority: 2 } })
  const { id } = created.json<{ id: string }>()
  return { app, sidecar, drain, created, id, url: `/tasks/${id}` }
}

test('POST answers with the task, its address and its ETag', async () => {
  const { created, id } = await setUp()
  expect(created.statusCode).toBe(201)
  expect(created.headers).toMatchObject({ location: `/tasks/${id}`, etag: '"1"' })
  expect(created.json()).toEqual({
    id, title: 'Buy groceries', description: null, status: 'pending', priority: 2, user_id: null, due_date: null, created_at: expect.stringMatching(/Z$/), updated_at: created.json<Task>().created_at,
  })
})

test('GET answers with the same', async () => {
  const { app, created, url } = await setUp()
  const answer = await app.inject(url)
  expect([answer.statusCode, answer.headers['etag'], answer.json()]).toEqual([200, '"1"', created.json()])
})

test('PUT changes the status and the ETag', async () => {
  const { app, url } = await setUp()
  const answer = await app.inject({ method: 'PUT', url: `${url}/status?status=completed`, headers: { 'if-match': '"1"' } })
  expect([answer.statusCode, answer.headers['etag'], answer.json<Task>().status]).toEqual([200, '"2"', 'completed'])
})

test('DELETE answers 204 without a body', async () => {
  const { app, url } = await setUp()
  const answer = await app.inject({ method: 'DELETE', url, headers: { 'if-match': '*' } })
  expect([answer.statusCode, answer.body]).toEqual([204, ''])
  expect((await app.inject(url)).statusCode).toBe(404)
})

test.each([
  ['PUT', '/status?status=completed'],
  ['DELETE', ''],
] as const)('fails %s with 412 on another version and with 400 on a header that is none', async (method, rest) => {
  const { app, url } = await setUp()
  const ask = async (ifMatch: string) => (await app.inject({ method, url: `${url}${rest}`, headers: { 'if-match': ifMatch } })).statusCode
  expect(await ask('"7"')).toBe(412)
  expect(await ask('W/"1"')).toBe(412)
  expect(await ask('1')).toBe(400)
})

test.each([
  ['an empty title', { title: '' }, ['/body/title']],
  ['a title of 201 characters', { title: 'x'.repeat(201) }, ['/body/title']],
  ['no title and a wrong priority', { priority: 6 }, ['/body/title', '/body/priority']],
  ['an unknown field', { title: 'x', owner: 'me' }, ['/body/owner']],
  ['wrong types', { title: 1, description: 2, priority: '3' }, ['/body/title', '/body/description', '/body/priority']],
  ['no object', [], ['/body']],
])('fails a task with %s', async (_case, payload, paths) => {
  const { app } = await setUp()
  const answer = await app.inject({ method: 'POST', url: '/tasks', payload })
  expect(answer.statusCode).toBe(422)
  expect(violationPaths(answer)).toEqual(paths)
})

test.each(['', '?status=done', '?status=completed&x=1'])('fails a status change with the query %j', async (query) => {
  const { app, url } = await setUp()
  expect((await app.inject({ method: 'PUT', url: `${url}/status${query}` })).statusCode).toBe(422)
})

test('fails with 503, the component and Retry-After when the sidecar is away', async () => {
  const { app, sidecar, url } = await setUp()
  sidecar.faults.get.push(() => { throw new SidecarUnavailable('state store "statestore"', 'ECONNREFUSED 127.0.0.1:3500') })
  const answer = await app.inject(url)
  expect([answer.statusCode, answer.headers['retry-after']]).toEqual([503, '2'])
  expect(detailOf(answer)).toContain('statestore')
  expect(answer.body).not.toContain('ECONNREFUSED')
})

test('fails with 500 when what is stored is no task', async () => {
  const { app, sidecar, id, url } = await setUp()
  sidecar.entries.set(`statestore/task-${id}`, { text: '{"schema":9}', version: 1 })
  expect((await app.inject(url)).statusCode).toBe(500)
})

test('all sidecar calls of a request share its time', async () => {
  const { app, sidecar, url } = await setUp()
  let left = Infinity
  sidecar.faults.get.push(() => { left = remainingMs() })
  await app.inject(url)
  expect(left).toBeLessThanOrEqual(limits.requestMs)
  expect(left).toBeGreaterThan(0)
})

test('the trace of a request is the correlation id of its event', async () => {
  const { app, sidecar } = await setUp()
  const traceId = '4bf92f3577b34da6a3ce929d0e0e4736'
  await app.inject({ method: 'POST', url: '/tasks', payload: { title: 'x' }, headers: { traceparent: `00-${traceId}-00f067aa0ba902b7-01` } })
  expect(sidecar.published.at(-1)?.correlationid).toBe(traceId)
})

test('health is the process, readiness the sidecar, its components and no shutdown', async () => {
  const { app, sidecar, drain } = await setUp()
  expect((await app.inject('/ready')).json()).toEqual({ status: 'ready' })
  drain.start()
  expect((await app.inject('/ready')).statusCode).toBe(503)
  sidecar.healthy = false
  const health = await app.inject('/health')
  expect([health.statusCode, health.body]).toEqual([200, '{"status":"healthy"}'])
})
