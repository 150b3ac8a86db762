import { createHash } from 'node:crypto'

import { expect, test } from '@jest/globals'

import { eventually } from '../../../cli/eventually.ts'
import type { Task } from '../../../config/tasks/index.ts'
import { SidecarUnavailable } from '../../../service/dapr/index.ts'
import { digestOf, idOfKey, isOfKey } from '../../../service/task-api/idempotency.ts'
import { taskApi } from '../support/apps.ts'

const setUp = () => {
  const { app, sidecar } = taskApi()
  const post = (key: string, payload: object = { title: 'Buy milk', priority: 2 }) =>
    app.inject({ method: 'POST', url: '/tasks', headers: { 'idempotency-key': key }, payload })
  const created = () => sidecar.published.filter(({ type }) => type === 'task.created').map(({ id }) => id)
  return { app, sidecar, post, created }
}
const away = (): never => { throw new SidecarUnavailable('memory', 'timeout') }

const fields = { description: null, priority: 1, user_id: null, due_date: null }

test('a key makes a UUID, the same each time, that no random id is', () => {
  expect(idOfKey('a')).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  expect([idOfKey('a') === idOfKey('a'), idOfKey('a') === idOfKey('b'), isOfKey(idOfKey('a'))]).toEqual([true, false, true])
  expect(digestOf({ ...fields, title: 'x' })).toBe(digestOf({ priority: 1, due_date: null, user_id: null, title: 'x', description: null }))
})

test('what was created before tasks had an owner and a due date is known again', () => {
  const then = createHash('sha256').update(JSON.stringify([['description', null], ['priority', 1], ['title', 'x']])).digest('hex')
  expect(digestOf({ ...fields, title: 'x' })).toBe(then)
  expect(digestOf({ ...fields, title: 'x', user_id: 'ann' })).not.toBe(then)
})

test('a repeated request gets the first answer, also when the task has changed since, and makes no second task', async () => {
  const { app, post, created } = setUp()
  const first = await post('k1')
  const { id } = first.json<Task>()
  await app.inject({ method: 'PUT', url: `/tasks/${id}/status?status=completed` })
  const second = await post('k1', { priority: 2, title: 'Buy milk' })
  expect([second.statusCode, second.headers['etag'], second.headers['location']]).toEqual([201, '"1"', `/tasks/${id}`])
  expect(second.body).toBe(first.body)
  expect(created()).toEqual([`${id}-1`])
})

test('a request whose first answer never came gets it with the second, and its event', async () => {
  const { sidecar, post, created } = setUp()
  sidecar.faults.publish.push(away)
  expect((await post('k1')).statusCode).toBe(503)
  expect(created()).toEqual([])
  expect((await post('k1')).statusCode).toBe(201)
  expect(created()).toHaveLength(1)
})

test('a creation that may still arrive makes no second task', async () => {
  const { sidecar, post, created } = setUp()
  let late = (): void => undefined
  sidecar.faults.save.push((effect) => { late = effect; away() })
  expect((await post('k1')).statusCode).toBe(503)
  const second = await post('k1')
  expect(second.statusCode).toBe(201)
  expect(late).toThrow()
  expect(created()).toHaveLength(1)
})

test('requests at one time create one task', async () => {
  const { post, created } = setUp()
  const answers = await Promise.all(Array.from({ length: 8 }, () => post('k1')))
  expect(new Set(answers.map(({ body }) => body)).size).toBe(1)
  expect(new Set(created()).size).toBe(1)
})

test('fails another body under the key with 422', async () => {
  const { post } = setUp()
  await post('k1')
  const answer = await post('k1', { title: 'Buy bread' })
  expect([answer.statusCode, answer.json<{ code: string }>().code]).toEqual([422, 'key-reused'])
})

test('fails with 410 when the task of the key was removed, and with 422 for another body', async () => {
  const { app, sidecar, post } = setUp()
  const { id } = (await post('k1')).json<Task>()
  await app.inject({ method: 'DELETE', url: `/tasks/${id}` })
  const answer = await post('k1')
  expect([answer.statusCode, answer.json<{ code: string }>().code]).toEqual([410, 'gone'])
  expect((await post('k1', { title: 'Buy bread' })).statusCode).toBe(422)
  await eventually(async () => { expect(sidecar.entries.get(`statestore/task-${id}`)?.text).not.toContain('Buy milk') }, { seconds: 2, everySeconds: 0.01 })
})

test.each(['', 'two words', 'x'.repeat(256), 'ü'])('fails the key %j with 400', async (key) => {
  const { post } = setUp()
  expect((await post(key)).statusCode).toBe(400)
})

test.each(['!', 'x'.repeat(255)])('takes the key %j', async (key) => {
  const { post } = setUp()
  expect((await post(key)).statusCode).toBe(201)
})
