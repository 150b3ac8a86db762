import { randomUUID } from 'node:crypto'

import { afterAll, beforeAll, expect, test } from '@jest/globals'

import { stack } from '../../config/tasks/index.ts'
import { bind, createHttpSidecar, type Sidecar } from '../../service/dapr/index.ts'
import { ask } from './rig/ask.ts'
import { type Running, type SelfHosted, startSelfHosted } from './rig/self-hosted.ts'
import { createTask, setStatus } from './rig/tasks.ts'
import { until } from './rig/until.ts'

let host: SelfHosted
let api: Running
let notifications: Running
let sidecar: Sidecar

beforeAll(async () => {
  host = await startSelfHosted()
  ;[api, notifications] = await Promise.all([host.start('task-api'), host.start('notification-service')])
  sidecar = createHttpSidecar({ origin: `http://127.0.0.1:${api.sidecar.httpPort}`, callMs: 5000 })
}, 600_000)
afterAll(async () => {
  await sidecar.close()
  await host.stop()
}, 60_000)

const received = (id: string) => api.log().filter(({ msg, event_id: event }) => msg === 'Received event' && event === id)
const deadLetters = () => host.redis.command('XRANGE', 'task-events-dead-letter', '-', '+')
const eventOf = (type: string, data: object) => ({
  specversion: '1.0', id: randomUUID(), source: 'task-api', type, subject: 's', time: new Date().toISOString(), datacontenttype: 'application/json', correlationid: 'c', data,
}) as const

const completed = (taskId: string, eventId: string) => ({
  event_type: 'task.completed', event_id: eventId, task_id: taskId, title: 'x', status: 'completed', timestamp: new Date().toISOString(), correlation_id: 'c', sequence: 2,
}) as const

test('each change is delivered with the id, type and data of its event', async () => {
  const { id } = await createTask(api.url)
  await setStatus(api.url, id, 'pending')
  await setStatus(api.url, id, 'in_progress')
  await setStatus(api.url, id, 'completed')
  await ask(`${api.url}/tasks/${id}`, { method: 'DELETE' })
  const types = ['task.created', 'task.pending', 'task.in_progress', 'task.completed', 'task.deleted']
  for (const [index, type] of types.entries()) {
    const eventId = `${id}-${index + 1}`
    const line = await until(`delivery of ${type}`, 10, async () => received(eventId)[0])
    expect(line).toMatchObject({ event_type: type, topic: 'task-events', subject: id, data: { task_id: id, event_id: eventId, sequence: index + 1 } })
  }
})

test('a completed task is notified through Dapr, and the notification is readable', async () => {
  const { id } = await createTask(api.url)
  await setStatus(api.url, id, 'completed')
  await until('log line', 10, async () => api.log().some(({ msg }) => msg === `Notification sent for task ${id}`))
  const { status, body } = await ask(`${notifications.url}/notifications/${id}-2`)
  expect([status, body]).toEqual([
    200,
    { type: 'task_completed', event_id: `${id}-2`, task_id: id, message: `Task ${id} has been completed`, notified_at: expect.any(String) },
  ])
})

test('an event that is delivered twice is notified once', async () => {
  const [taskId, eventId] = [randomUUID(), randomUUID()]
  const publish = () =>
    bind(stack, 'task-api', sidecar).publish('task-events', 'task.completed', completed(taskId, eventId), { id: eventId, time: new Date().toISOString(), correlationId: 'c', subject: taskId })
  const sent = () => api.log().filter(({ msg }) => msg === `Notification sent for task ${taskId}`)
  await publish()
  await until('first delivery', 10, async () => sent().length === 1)
  const first = await ask(`${notifications.url}/notifications/${eventId}`)
  await publish()
  await until('second delivery', 10, async () => received(eventId).length === 2 && api.log().some(({ msg, event_id: event }) => msg === 'Event was handled before' && event === eventId))
  expect(sent()).toHaveLength(1)
  expect((await ask(`${notifications.url}/notifications/${eventId}`)).body).toEqual(first.body)
  expect(await host.redis.command('HGET', `notification-service||notification-${eventId}`, 'version')).toBe('1')
})

test.each([
  ['an unknown type', eventOf('task.exploded', {})],
  ['data that breaks the contract', eventOf('task.completed', { task_id: 1 })],
])('fails %s to the dead-letter topic, where it can be replayed from', async (_case, event) => {
  await sidecar.publish('pubsub', 'task-events', event)
  await until('dead letter', 10, async () => (await deadLetters()).includes(event.id))
  expect(received(event.id)).toHaveLength(1)
})

test('fails an event that cannot be handled after its retries, to the dead-letter topic', async () => {
  await notifications.sidecar.process.stop()
  const { id } = await createTask(api.url)
  await setStatus(api.url, id, 'completed')
  await until('dead letter', 30, async () => (await deadLetters()).includes(`${id}-2`))
  expect(received(`${id}-2`)).toHaveLength(4)
}, 60_000)
