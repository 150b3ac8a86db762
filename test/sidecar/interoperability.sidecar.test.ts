import { randomUUID } from 'node:crypto'

import { DaprClient, HttpMethod, StateConcurrencyEnum, StateConsistencyEnum } from '@dapr/dapr'
import { afterAll, beforeAll, expect, test } from '@jest/globals'

import { ask } from './rig/ask.ts'
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
  const [stored] = await client.state.getBulk('statestore', [key])
  expect(stored).toMatchObject({ key, data: { schema: 1, version: 1, pending: [], task }, etag: expect.stringMatching(/.+/) })
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
