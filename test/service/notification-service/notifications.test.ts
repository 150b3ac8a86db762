import { expect, test } from '@jest/globals'

import { SidecarUnavailable } from '../../../service/dapr/index.ts'
import { notificationService } from '../support/apps.ts'

const request = { type: 'task_completed', event_id: 'a||b/c d', task_id: 't', message: 'Task t has been completed' }
const url = `/notifications/${encodeURIComponent(request.event_id)}`

test('a notification is readable under its event id', async () => {
  const { app } = notificationService()
  expect((await app.inject(url)).statusCode).toBe(404)
  const stored = await app.inject({ method: 'POST', url: '/notify', payload: request })
  const read = await app.inject(url)
  expect([read.statusCode, read.json()]).toEqual([200, stored.json()])
  expect(read.json()).toEqual({ ...request, notified_at: expect.stringMatching(/Z$/) })
})

test('a second delivery of the event changes nothing and gets the stored answer', async () => {
  const { app, sidecar } = notificationService()
  const first = await app.inject({ method: 'POST', url: '/notify', payload: request })
  const second = await app.inject({ method: 'POST', url: '/notify', payload: { ...request, message: 'again' } })
  expect([second.statusCode, second.json()]).toEqual([200, first.json()])
  expect([...sidecar.entries.values()].map(({ version }) => version)).toEqual([1])
})

test('a write whose answer is lost gives the stored notification', async () => {
  const { app, sidecar } = notificationService()
  sidecar.faults.save.push((effect) => { effect(); throw new SidecarUnavailable('state store "statestore"', 'timeout') })
  expect((await app.inject({ method: 'POST', url: '/notify', payload: request })).statusCode).toBe(200)
})

test('fails with 503 when it is not known to be stored', async () => {
  const { app, sidecar } = notificationService()
  sidecar.faults.save.push(() => { throw new SidecarUnavailable('state store "statestore"', 'timeout') })
  expect((await app.inject({ method: 'POST', url: '/notify', payload: request })).statusCode).toBe(503)
})
