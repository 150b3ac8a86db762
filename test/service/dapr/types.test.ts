import { expect, test } from '@jest/globals'

import { defineStack } from '../../../config/define/index.ts'
import { stack } from '../../../config/tasks/index.ts'
import { bind, ignore, implement } from '../../../service/dapr/index.ts'
import { memorySidecar } from '../support/memory-sidecar.ts'

const api = bind(stack, 'task-api', memorySidecar())
const notifications = bind(stack, 'notification-service', memorySidecar())
const attributes = { id: 'e', time: '2026-01-01T00:00:00Z', correlationId: 'c', subject: 's' }
const data = { event_type: 'task.created', event_id: 'e', task_id: 't', title: 'x', status: 'pending', timestamp: '2026-01-01T00:00:00Z', correlation_id: 'c', sequence: 1 } as const
const notify = { type: 'task_completed', event_id: 'e', task_id: 't', message: 'm' } as const
const sent = { type: 'welcome', event_id: 'e', message: 'm', notified_at: '2026-01-01T00:00:00Z' }
const done = async (): Promise<void> => undefined
const options = { sidecar: memorySidecar() }
const handlers = { 'task.created': done, 'task.pending': done, 'task.in_progress': done, 'task.completed': done, 'task.updated': done, 'task.deleted': done }
const users = { 'user.registered': done }
const dueSoon = { 'task-due-soon': { 'task.due-soon': done } }
const jobs = { reminder: done, digest: done, cleanup: done }

/** Never run: `tsc` refuses each line whose error is expected and does not come. */
export const driftDoesNotCompile = [
  () => api.state('statestore'),
  // @ts-expect-error -- there is no such component
  () => api.state('statestores'),
  // @ts-expect-error -- it is no state store
  () => api.state('pubsub'),
  () => api.documents.task.parse({}),
  // @ts-expect-error -- there is no such document
  () => { String(api.documents.tasks) },
  // @ts-expect-error -- it is another app's
  () => { String(notifications.documents.task) },
  () => api.publish('task-events', 'task.created', data, attributes),
  // @ts-expect-error -- there is no such topic
  () => api.publish('task-event', 'task.created', data, attributes),
  // @ts-expect-error -- the topic has no such event
  () => api.publish('task-events', 'task.create', data, attributes),
  // @ts-expect-error -- the payload is another event's
  () => api.publish('task-events', 'task.deleted', data, attributes),
  // @ts-expect-error -- the payload lacks its fields
  () => api.publish('task-events', 'task.created', { task_id: 't' }, attributes),
  // @ts-expect-error -- this app does not publish
  () => notifications.publish('task-events', 'task.created', data, attributes),
  () => api.invoke('notification-service', 'notify', notify),
  // @ts-expect-error -- there is no such app
  () => api.invoke('notification', 'notify', notify),
  // @ts-expect-error -- the app has no such method
  () => api.invoke('notification-service', 'sends', notify),
  // @ts-expect-error -- the request lacks its fields
  () => api.invoke('notification-service', 'notify', { type: 'task_completed' }),
  // @ts-expect-error -- this app does not declare the invocation
  () => notifications.invoke('task-api', 'notify', notify),
  // @ts-expect-error -- the answer has no such field
  async () => String((await api.invoke('notification-service', 'notify', notify)).sent_at),
  () => api.secret('kubernetes-secrets', 'api-key'),
  // @ts-expect-error -- this secret is not declared
  () => api.secret('kubernetes-secrets', 'password'),
  // @ts-expect-error -- this secret is another app's
  () => notifications.secret('kubernetes-secrets', 'api-key'),
  // @ts-expect-error -- there is no such app in the stack
  () => bind(stack, 'tasks-api', memorySidecar()),
  () => implement(stack, 'task-api', { subscriptions: { 'task-events': handlers, 'user-events': users }, jobs }, options),
  () => implement(stack, 'task-api', { subscriptions: { 'task-events': { ...handlers, 'task.created': ignore }, 'user-events': users }, jobs }, options),
  // @ts-expect-error -- what the app keeps needs its sidecar
  () => implement(stack, 'task-api', { subscriptions: { 'task-events': handlers, 'user-events': users }, jobs }, {}),
  // @ts-expect-error -- the handler of task.deleted is missing
  () => implement(stack, 'task-api', { subscriptions: { 'task-events': { ...handlers, 'task.deleted': undefined }, 'user-events': users }, jobs }, options),
  // @ts-expect-error -- the subscription is missing
  () => implement(stack, 'task-api', { jobs }, options),
  // @ts-expect-error -- the topic is not subscribed to
  () => implement(stack, 'task-api', { subscriptions: { 'task-events': handlers, 'user-events': users, 'other-events': {} }, jobs }, options),
  // @ts-expect-error -- the handler of the digest is missing
  () => implement(stack, 'task-api', { subscriptions: { 'task-events': handlers, 'user-events': users }, jobs: { reminder: done, cleanup: done } }, options),
  () => api.jobs.remove('cleanup', 't'),
  // @ts-expect-error -- this app schedules no jobs
  () => notifications.jobs.remove('cleanup', 't'),
  // @ts-expect-error -- this app serves no methods
  () => implement(stack, 'task-api', { subscriptions: { 'task-events': handlers, 'user-events': users }, jobs, methods: { notify: async () => notify } }, options),
  // @ts-expect-error -- the method is missing
  () => implement(stack, 'notification-service', { subscriptions: dueSoon, methods: {} }, options),
  // @ts-expect-error -- the answer lacks notified_at
  () => implement(stack, 'notification-service', { subscriptions: dueSoon, methods: { notify: async () => notify, send: async () => sent } }, options),
]

test('an app that does nothing needs neither handlers nor methods', () => {
  const idle = defineStack({ components: {}, topics: {}, services: { idle: { port: 8000, methods: {} } } })
  expect(implement(idle, 'idle', {}, options)).toBeInstanceOf(Function)
})

test('each line of the drift list stands for a check of the compiler', () => {
  expect(driftDoesNotCompile.length).toBeGreaterThan(20)
})
