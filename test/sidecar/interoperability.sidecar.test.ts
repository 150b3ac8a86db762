import { randomUUID } from 'node:crypto'

import { DaprClient, HttpMethod, StateConcurrencyEnum, StateConsistencyEnum } from '@dapr/dapr'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'

import { eventually } from '../../cli/eventually.ts'
import { type Answer, ask } from './rig/ask.ts'
import { deadLettersAt } from './rig/dlq.ts'
import { type Running, type SelfHosted, startSelfHosted } from './rig/self-hosted.ts'
import { createTask, setStatus } from './rig/tasks.ts'
import { until } from './rig/until.ts'

const nothing = (): void => undefined
const silent = { error: nothing, warn: nothing, info: nothing, verbose: nothing, debug: nothing }
let host: SelfHosted
let api: Running
let notifications: Running
/** Dapr's own client, which shares no code with ours. */
let client: DaprClient

beforeAll(async () => {
  host = await startSelfHosted()
  ;[api, notifications] = await Promise.all([host.start('task-api'), host.start('notification-service')])
  client = new DaprClient({ daprHost: '127.0.0.1', daprPort: String(api.sidecar.httpPort), logger: { service: silent } })
}, 600_000)
afterAll(async () => {
  await client.stop()
  await host.stop()
}, 60_000)

test('Dapr\'s own client reads what the service wrote, with an ETag that it can write over', async () => {
  const task = await createTask(api.url)
  const key = `task-${task.id}`
  // The event that it holds goes soon after the answer.
  const stored = await eventually(async () => {
    const [found] = await client.state.getBulk('statestore', [key])
    expect(found).toMatchObject({ key, data: { schema: 1, version: 1, pending: [], task }, etag: expect.stringMatching(/.+/) })
    return found
  }, { seconds: 5, everySeconds: 0.05 })
  const etag = String(stored?.['etag'])
  const options = { concurrency: StateConcurrencyEnum.CONCURRENCY_FIRST_WRITE, consistency: StateConsistencyEnum.CONSISTENCY_STRONG }
  const write = { key, value: stored?.['data'] as object, etag, options } // its types say any
  expect(await client.state.save('statestore', [write])).toEqual({})
  expect(await client.state.save('statestore', [write])).toHaveProperty('error')
  expect((await setStatus(api.url, task.id, 'completed', '"1"')).status).toBe(200)
})

test('an event that Dapr\'s own client publishes is handled', async () => {
  const [taskId, eventId] = [randomUUID(), randomUUID()]
  const data = { event_type: 'task.completed', event_id: eventId, task_id: taskId, title: 'x', status: 'completed', timestamp: new Date().toISOString(), correlation_id: 'c', sequence: 2 }
  const metadata = { 'cloudevent.type': 'task.completed', 'cloudevent.id': eventId }
  expect(await client.pubsub.publish('pubsub', 'task-events', data, { contentType: 'application/json', metadata })).toEqual({})
  await until('delivery', 10, async () => api.log().some(({ msg, event_id: id }) => msg === 'Received event' && id === eventId))
  await until('notification', 10, async () => (await ask(`${notifications.url}/notifications/${eventId}`)).status === 200)
})

test('Dapr\'s own client invokes a method', async () => {
  const request = { type: 'task_completed', event_id: randomUUID(), task_id: 't', message: 'm' }
  const answer: unknown = await client.invoker.invoke('notification-service', 'notify', HttpMethod.POST, request)
  expect(answer).toEqual({ ...request, notified_at: expect.any(String) })
  expect((await ask(`${notifications.url}/notifications/${request.event_id}`)).body).toEqual(answer)
})

describe('a body that the sidecar takes otherwise than it looks', () => {
  const at = (path: string): string => `http://127.0.0.1:${api.sidecar.httpPort}/v1.0/${path}`
  const post = (path: string, body: unknown): Promise<Answer> => ask(at(path), { method: 'POST', body })

  test.each([
    ['a publication with its data in `data`', '', (mark: string) => ({ data: { taskId: mark, userId: 'ann' } }), 'type "com.dapr.event.sent" is not declared for topic "task-events"'],
    ['a publication of an event without its envelope', '', (mark: string) => ({ event_id: mark, event_type: 'task-created', data: { task_id: 't' } }), 'type "com.dapr.event.sent" is not declared'],
    ['the same under a type of the topic', '?metadata.cloudevent.type=task.completed', (mark: string) => ({ data: { event_type: 'task.completed', task_id: mark } }), 'data breaks the contract'],
  ])('fails %s to the dead letters with its reason, and notifies nobody', async (_what, query, body, reason) => {
    const mark = randomUUID()
    expect((await post(`publish/pubsub/task-events${query}`, body(mark))).status).toBe(204)
    const letter = await until('dead letter', 20, async () => (await deadLettersAt(at('').replace('/v1.0/', ''))).find(({ event }) => JSON.stringify(event).includes(mark)))
    expect(letter.last_error).toContain(reason)
    expect((await ask(`${notifications.url}/notifications/${letter.id}`)).status).toBe(404)
  }, 60_000)

  test.each(['task.created', 'task-created', 'test-topic'])('fails a publication on the topic "%s", which the stack does not have', async (topic) => {
    expect(await post(`publish/pubsub/${topic}`, { data: { message: 'hello world' } })).toMatchObject({ status: 403, body: { errorCode: 'ERR_PUBSUB_FORBIDDEN' } })
  })

  test('fails a save of one object instead of a list, and saves nothing', async () => {
    const key = randomUUID()
    expect(await post('state/statestore', { key, value: { message: 'hello' } })).toMatchObject({ status: 400, body: { errorCode: 'ERR_MALFORMED_REQUEST' } })
    expect((await ask(at(`state/statestore/${key}`))).status).toBe(204)
    expect(await host.redis.command('KEYS', `*${key}*`)).toBe('')
  })

  test('fails a job under an address with two names, and one whose schedule is a time, and schedules nothing', async () => {
    const id = randomUUID()
    const [callback, schedule] = ['http://localhost:8000/task-reminder', '2030-01-01T09:00:00']
    expect((await post(`jobs/jobapi/reminder-${id}`, { schedule, callback, metadata: { taskId: id } })).status).toBe(404)
    expect((await post(`jobs/reminder-${id}`, { schedule, callback, metadata: { taskId: id } })).status).toBeGreaterThanOrEqual(400)
    expect((await ask(at(`jobs/reminder-${id}`))).status).toBeGreaterThanOrEqual(400)
  })

  test.each([
    ['notification-service', 'send', { userId: 'ann', title: 'Hello', message: 'm', type: 'in-app' }, 422],
    ['notification-service', 'notify', { data: { type: 'task_completed', task_id: 't', message: 'm' } }, 422],
    ['notification-service', 'send-notification', {}, 404],
  ])('fails an invocation of %s/%s with %j as the problem of that app', async (app, method, body, status) => {
    const answer = await post(`invoke/${app}/method/${method}`, body)
    expect([answer.status, answer.headers.get('content-type')]).toEqual([status, 'application/problem+json'])
  })
})
