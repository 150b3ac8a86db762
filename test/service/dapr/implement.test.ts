import { expect, test } from '@jest/globals'
import Fastify from 'fastify'

import { stack } from '../../../config/tasks/index.ts'
import { type EventContext, ignore, implement } from '../../../service/dapr/index.ts'
import { violationPaths } from '../support/answers.ts'
import { notificationService, taskApi } from '../support/apps.ts'

const data = { event_type: 'task.completed', event_id: 't-2', task_id: 't', title: 'x', status: 'completed', timestamp: '2026-01-01T00:00:00Z', correlation_id: 'c', sequence: 2 }
const event = { specversion: '1.0', id: 't-2', type: 'task.completed', source: 'task-api', data }
const cloudEvents = { 'content-type': 'application/cloudevents+json; charset=utf-8' }
const done = async (): Promise<void> => undefined
const notification = { type: 'task_completed', event_id: 't-2', task_id: 't', message: 'Task t has been completed' }

test.each(['application/cloudevents+json', 'application/vnd.any+json; charset=utf-8', 'application/json'])('events come as %s', async (type) => {
  const { app, sidecar } = taskApi()
  sidecar.answer = { ...notification, notified_at: '2026-01-01T00:00:00Z' }
  const answer = await app.inject({ method: 'POST', url: '/events/task-events', headers: { 'content-type': type }, payload: JSON.stringify(event) })
  expect([answer.statusCode, answer.json()]).toEqual([200, { status: 'SUCCESS' }])
  expect(sidecar.invoked).toEqual([{ app: 'notification-service', method: 'notify', request: notification }])
})

test('fails with RETRY in a 200 when the handler fails', async () => {
  const { app, sidecar } = taskApi()
  sidecar.faults.invoke.push(() => { throw new Error('away') })
  const answer = await app.inject({ method: 'POST', url: '/events/task-events', headers: cloudEvents, payload: JSON.stringify(event) })
  expect([answer.statusCode, answer.json()]).toEqual([200, { status: 'RETRY' }])
})

test('fails an event whose callee answers something else with RETRY', async () => {
  const { app, sidecar } = taskApi()
  sidecar.answer = { stored: true }
  const answer = await app.inject({ method: 'POST', url: '/events/task-events', headers: cloudEvents, payload: JSON.stringify(event) })
  expect(answer.json()).toEqual({ status: 'RETRY' })
})

test('an event that is delivered again after it was handled invokes nothing', async () => {
  const { app, sidecar } = taskApi()
  sidecar.answer = { ...notification, notified_at: '2026-01-01T00:00:00Z' }
  for (const _ of [1, 2]) {
    const answer = await app.inject({ method: 'POST', url: '/events/task-events', headers: cloudEvents, payload: JSON.stringify(event) })
    expect(answer.json()).toEqual({ status: 'SUCCESS' })
  }
  expect(sidecar.invoked).toHaveLength(1)
})

test('an app that is to forget what it handled invokes again', async () => {
  const { sidecar } = taskApi()
  const invoked: string[] = []
  const handlers = { 'task.created': ignore, 'task.pending': ignore, 'task.in_progress': ignore, 'task.updated': ignore, 'task.deleted': ignore, 'task.completed': async (_data: unknown, { id }: EventContext) => { invoked.push(id) } }
  const app = Fastify()
  app.register(implement(stack, 'task-api', { subscriptions: { 'task-events': handlers, 'user-events': { 'user.registered': ignore } }, jobs: { reminder: done, digest: done, cleanup: done } }, { sidecar, marksOf: () => ({ isHandled: async () => false, remember: () => undefined }) }))
  for (const _ of [1, 2]) await app.inject({ method: 'POST', url: '/events/task-events', headers: cloudEvents, payload: JSON.stringify(event) })
  expect(invoked).toEqual(['t-2', 't-2'])
})

test('a dead letter comes on its own route, of any size that an event can have, and is kept', async () => {
  const { app, sidecar } = taskApi()
  const large = { ...event, data: { ...data, title: 'x'.repeat(4_000_000) } }
  const payload = { specversion: '1.0', id: 'x', type: 'com.dapr.event.sent', data_base64: Buffer.from(JSON.stringify(large)).toString('base64') }
  const answer = await app.inject({ method: 'POST', url: '/dead-letters/task-events', headers: cloudEvents, payload: JSON.stringify(payload) })
  expect([answer.statusCode, answer.json()]).toEqual([200, { status: 'SUCCESS' }])
  expect([...sidecar.entries.keys()]).toContain('statestore/dead-letter:task-events:t-2')
})

test('fails a dead letter without the app\'s token', async () => {
  const { app } = taskApi({ appToken: 'secret' })
  expect((await app.inject({ method: 'POST', url: '/dead-letters/task-events', headers: cloudEvents, payload: '{}' })).statusCode).toBe(401)
})

test('fails an event that breaks its contract with DROP', async () => {
  const { app } = taskApi()
  const answer = await app.inject({ method: 'POST', url: '/events/task-events', headers: cloudEvents, payload: JSON.stringify({ ...event, data: {} }) })
  expect(answer.json()).toEqual({ status: 'DROP' })
})

test('a method takes a request of its schema and answers by its schema', async () => {
  const { app } = notificationService()
  const answer = await app.inject({ method: 'POST', url: '/notify', payload: { ...notification, of_a_later_version: 1 } })
  expect([answer.statusCode, answer.json()]).toEqual([200, { ...notification, notified_at: expect.any(String) }])
})

test('fails a method\'s request that breaks the schema with every violation', async () => {
  const { app } = notificationService()
  const answer = await app.inject({ method: 'POST', url: '/notify', payload: { type: 'other', task_id: '' } })
  expect(answer.statusCode).toBe(422)
  expect(violationPaths(answer)).toEqual(['/body/type', '/body/event_id', '/body/task_id', '/body/message'])
})

test('Dapr\'s own questions get a 404, so that declarative subscriptions stay active', async () => {
  const { app } = taskApi()
  expect((await app.inject('/dapr/subscribe')).statusCode).toBe(404)
  expect((await app.inject('/dapr/config')).statusCode).toBe(404)
})
