import { expect, test } from '@jest/globals'

import type { Task } from '../../config/tasks/index.ts'
import { violationPaths } from './support/answers.ts'
import { aiService, notificationService, taskApi } from './support/apps.ts'

// Bodies in the shapes of the HTTP API of a sidecar, and with the names of others, come to where plain ones of ours are meant.

const services = { 'task-api': taskApi, 'notification-service': notificationService, 'ai-service': aiService }
const task = { title: 'Buy milk', priority: 2 }
const user = { name: 'Ann', time_zone: 'UTC' }

test.each([
  ['task-api', 'POST', '/tasks', { data: task }, ['/body/title', '/body/data']],
  ['task-api', 'POST', '/tasks', [task], ['/body']],
  ['task-api', 'POST', '/tasks', { key: 'task-1', value: task }, ['/body/title', '/body/key', '/body/value']],
  ['task-api', 'POST', '/tasks', JSON.stringify(task), ['/body']],
  ['task-api', 'POST', '/tasks', { title: 'x', userId: 'ann', dueDate: '2026-12-01T09:00:00Z' }, ['/body/userId', '/body/dueDate']],
  ['task-api', 'POST', '/tasks', { title: 'x', due_date: '2026-12-01T09:00:00' }, ['/body/due_date']],
  ['task-api', 'POST', '/users', { data: user }, ['/body/name', '/body/time_zone', '/body/data']],
  ['task-api', 'POST', '/users', [user], ['/body']],
  ['task-api', 'PUT', '/users/ann/preferences', { key: 'user-preferences:ann', value: {} }, ['/body/time_zone', '/body/digest', '/body/reminder', '/body/key', '/body/value']],
  ['notification-service', 'POST', '/notify', { data: { type: 'task_completed', task_id: 't', message: 'm' } }, ['/body/type', '/body/event_id', '/body/task_id', '/body/message']],
  ['notification-service', 'POST', '/notify', { type: 'task_completed', task_id: 't', message: 'm' }, ['/body/event_id']],
  ['notification-service', 'POST', '/send', { userId: 'ann', title: 'Hello', message: 'm', type: 'in-app' }, ['/body/type', '/body/event_id', '/body/user_id']],
  ['ai-service', 'POST', '/get-recommendations', { userId: 'ann' }, ['/body/user_id', '/body/tasks', '/body/limit']],
] as const)('fails at %s: %s %s with %j as a problem that names each violation', async (app, method, url, payload, paths) => {
  const answer = await services[app]().app.inject({ method, url, headers: { 'content-type': 'application/json' }, payload: JSON.stringify(payload) })
  expect([answer.statusCode, answer.headers['content-type']]).toEqual([422, 'application/problem+json'])
  expect(violationPaths(answer)).toEqual(paths)
})

test('fails a status in the body instead of the query, and a task that is wrapped, and changes nothing', async () => {
  const { app } = taskApi()
  const created = (await app.inject({ method: 'POST', url: '/tasks', payload: task })).json<Task>()
  const status = await app.inject({ method: 'PUT', url: `/tasks/${created.id}/status`, payload: { status: 'completed' } })
  expect([status.statusCode, violationPaths(status)]).toEqual([422, ['/query/status']])
  const update = await app.inject({ method: 'PUT', url: `/tasks/${created.id}`, payload: { data: task } })
  expect([update.statusCode, violationPaths(update)]).toEqual([422, ['/body/title', '/body/data']])
  expect((await app.inject(`/tasks/${created.id}`)).json()).toEqual(created)
})

test.each([
  ['what is meant for a sidecar', { data: { taskId: 't', userId: 'ann' } }],
  ['the event without its envelope', { event_id: 'e', event_type: 'task-created', timestamp: '2026-01-01T00:00:00', data: { task_id: 't' } }],
  ['a list', [{ id: 'e', type: 'task.completed' }]],
])('fails an event that is %s to the dead letters, and nothing follows from it', async (_what, payload) => {
  const { app, sidecar } = taskApi()
  const answer = await app.inject({ method: 'POST', url: '/events/task-events', payload })
  expect([answer.statusCode, answer.json()]).toEqual([200, { status: 'DROP' }])
  expect([sidecar.entries.size, sidecar.invoked]).toEqual([0, []])
})

test.each([
  ['POST', '/tasks/'], ['POST', '/api/tasks'], ['POST', '/dapr/subscribe'], ['POST', '/events/task-created'], ['POST', '/subscribe/task-created'], ['POST', '/task-reminder'], ['POST', '/daily-digest'],
  ['POST', '/v1.0/state/statestore'],
] as const)('fails %s %s, a path that others have, with 404', async (method, url) => {
  const answer = await taskApi().app.inject({ method, url, payload: task })
  expect([answer.statusCode, answer.headers['content-type']]).toEqual([404, 'application/problem+json'])
})
