import { randomUUID } from 'node:crypto'

import { afterAll, beforeAll, expect, test } from '@jest/globals'

import { ask } from './rig/ask.ts'
import { type Running, type SelfHosted, startSelfHosted } from './rig/self-hosted.ts'
import { createTask, setStatus } from './rig/tasks.ts'
import { until } from './rig/until.ts'

let host: SelfHosted
let api: Running
let replica: Running

beforeAll(async () => {
  host = await startSelfHosted()
  ;[api, replica] = await Promise.all([host.start('task-api'), host.start('task-api')])
}, 600_000)
afterAll(() => host.stop(), 60_000)

test('a task lives through create, read, change and removal, the same at each replica', async () => {
  const created = await ask(`${api.url}/tasks`, { method: 'POST', body: { title: 'Learn Dapr', priority: 2 } })
  const { id } = created.body as { id: string } // pinned by the next line
  expect(created).toMatchObject({ status: 201, body: { id, title: 'Learn Dapr', description: null, status: 'pending', priority: 2 } })
  expect([created.headers.get('location'), created.headers.get('etag')]).toEqual([`/tasks/${id}`, '"1"'])

  const url = `/tasks/${id}`
  const changed = await setStatus(replica.url, id, 'completed', '"1"')
  expect(changed).toMatchObject({ status: 200, body: { id, status: 'completed' } })
  for (const { url: at } of [api, replica]) {
    const read = await ask(at + url)
    expect([read.status, read.headers.get('etag'), read.body]).toEqual([200, '"2"', changed.body])
  }

  expect(await ask(api.url + url, { method: 'DELETE' })).toMatchObject({ status: 204, body: '' })
  for (const { url: at } of [api, replica]) expect((await ask(at + url)).status).toBe(404)
})

test('of 16 writers with one ETag, at two replicas, one gets 200 and 15 get 412', async () => {
  const { id } = await createTask(api.url)
  const answers = await Promise.all(Array.from({ length: 16 }, (_, n) => setStatus(n % 2 ? api.url : replica.url, id, 'in_progress', '"1"')))
  expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array<number>(15).fill(412)])
  expect((await ask(`${api.url}/tasks/${id}`)).headers.get('etag')).toBe('"2"')
})

test('of 16 writers without an ETag each gets 200 or 409, and the version counts the former', async () => {
  const { id } = await createTask(api.url)
  const answers = await Promise.all(Array.from({ length: 16 }, (_, n) => setStatus(n % 2 ? api.url : replica.url, id, 'in_progress')))
  const done = answers.filter(({ status }) => status === 200).length
  expect(answers.filter(({ status }) => status !== 200 && status !== 409)).toEqual([])
  expect((await ask(`${api.url}/tasks/${id}`)).headers.get('etag')).toBe(`"${1 + done}"`)
}, 30_000)

test('what stays of a removed task is a tombstone that will go, with nothing of the task in it', async () => {
  const { id } = await createTask(api.url, 'A secret plan')
  await ask(`${api.url}/tasks/${id}`, { method: 'DELETE' })
  const key = `task-api||task-${id}`
  // Its last event stands in the document until just after the answer (docs/delivery.md).
  await until('document without its event', 5, async () => !(await host.redis.command('HGET', key, 'data')).includes('secret plan'))
  expect(Number(await host.redis.command('TTL', key))).toBeGreaterThan(86_000)
})

test.each([
  ['malformed JSON', 400, '/tasks', { method: 'POST', body: '{' }],
  ['a broken If-Match', 400, `/tasks/${randomUUID()}/status?status=pending`, { method: 'PUT', headers: { 'if-match': '1' } }],
  ['an unknown task', 404, `/tasks/${randomUUID()}`, {}],
  ['an id that is none', 404, '/tasks/1', { method: 'DELETE' }],
  ['an unknown route', 404, '/task', {}],
  ['a wrong method', 405, '/tasks', { method: 'PUT' }],
  ['a media type that is not taken', 415, '/tasks', { method: 'POST', body: 'title=x', headers: { 'content-type': 'application/x-www-form-urlencoded' } }],
  ['fields that break the schema', 422, '/tasks', { method: 'POST', body: { title: '', owner: 'me' } }],
  ['a status that is none', 422, `/tasks/${randomUUID()}/status?status=done`, { method: 'PUT' }],
])('fails %s with %i as problem+json', async (_case, status, path, question) => {
  const answer = await ask(api.url + path, question)
  expect([answer.status, answer.headers.get('content-type')]).toEqual([status, 'application/problem+json'])
  expect(answer.body).toMatchObject({ status, type: expect.any(String), title: expect.any(String), detail: expect.any(String) })
})
