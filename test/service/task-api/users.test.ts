import { randomUUID } from 'node:crypto'

import { expect, test } from '@jest/globals'

import { eventually } from '../../../cli/eventually.ts'
import { retention, type User } from '../../../config/tasks/index.ts'
import { type SaveOptions, SidecarUnavailable } from '../../../service/dapr/index.ts'
import { violationPaths } from '../support/answers.ts'
import { taskApi } from '../support/apps.ts'

const ann = { name: 'Ann', email: 'ann@example.org', time_zone: 'Europe/Berlin' }
const away = (): never => { throw new SidecarUnavailable('memory', 'timeout') }

const setUp = () => {
  const { app, sidecar } = taskApi()
  const options = new Map<string, SaveOptions | undefined>()
  const { saveState } = sidecar
  sidecar.saveState = (store, key, value, precondition, given) => {
    options.set(key, given)
    return saveState(store, key, value, precondition, given)
  }
  sidecar.answer = { type: 'welcome', event_id: 'e', message: 'm', notified_at: '2026-01-01T00:00:00Z' }
  const register = (payload: object = ann, headers = {}) => app.inject({ method: 'POST', url: '/users', payload, headers })
  const stored = (key: string) => JSON.parse(sidecar.entries.get(`statestore/${key}`)?.text ?? 'null') as unknown
  /** Gives the app what it published, as the broker does. */
  const deliver = (event = sidecar.published.at(-1)) =>
    app.inject({ method: 'POST', url: '/events/user-events', headers: { 'content-type': 'application/cloudevents+json' }, payload: JSON.stringify(event) })
  return { app, sidecar, options, register, stored, deliver }
}

test('a registered user is stored, readable, and its event published', async () => {
  const { app, sidecar, register, stored } = setUp()
  const answer = await register()
  const user = answer.json<User>()
  expect([answer.statusCode, answer.headers['location'], user]).toEqual([201, `/users/${user.id}`, { ...ann, id: expect.any(String), created_at: expect.stringMatching(/Z$/) }])
  expect((await app.inject(`/users/${user.id}`)).json()).toEqual(user)
  await eventually(async () => { expect(stored(`user-${user.id}`)).toMatchObject({ version: 1, pending: [], user }) }, { seconds: 2, everySeconds: 0.01 })
  expect(sidecar.published).toEqual([
    expect.objectContaining({ id: `${user.id}-1`, type: 'user.registered', subject: user.id, data: expect.objectContaining({ user_id: user.id, ...ann, sequence: 1 }) }),
  ])
})

test.each([
  ['no name and no zone', {}, ['/body/name', '/body/time_zone']],
  ['an address that is none', { ...ann, email: 'ann' }, ['/body/email']],
  ['a zone that is none', { ...ann, time_zone: 'Europe/Bonn' }, ['/body/time_zone']],
  ['an unknown field', { ...ann, admin: true }, ['/body/admin']],
])('fails a user with %s', async (_case, payload, paths) => {
  const { register } = setUp()
  const answer = await register(payload)
  expect([answer.statusCode, violationPaths(answer)]).toEqual([422, paths])
})

test('requests of one Idempotency-Key register one user, and get one answer', async () => {
  const { sidecar, register } = setUp()
  sidecar.faults.publish.push(away)
  expect((await register(ann, { 'idempotency-key': 'k' })).statusCode).toBe(503)
  const [first, second] = [await register(ann, { 'idempotency-key': 'k' }), await register(ann, { 'idempotency-key': 'k' })]
  expect([first.statusCode, second.statusCode, second.body]).toEqual([201, 201, first.body])
  expect(new Set(sidecar.published.map(({ id }) => id)).size).toBe(1)
  expect((await register({ ...ann, name: 'Bob' }, { 'idempotency-key': 'k' })).statusCode).toBe(422)
})

test('an event that could not be published is published by the replica itself, later', async () => {
  const { app, sidecar, register } = setUp()
  sidecar.faults.publish.push(away)
  expect((await register()).statusCode).toBe(503)
  expect(sidecar.published).toHaveLength(0)
  await app.ready()
  for (let tries = 0; tries < 100 && sidecar.published.length === 0; tries += 1) await new Promise((resolve) => { setTimeout(resolve, 100) })
  expect(sidecar.published.map(({ type }) => type)).toEqual(['user.registered'])
  await app.close()
}, 20_000)

test('a new user gets preferences for 30 days and a welcome, once, however often the event comes', async () => {
  const { sidecar, options, register, stored, deliver } = setUp()
  const { id } = (await register()).json<User>()
  expect((await deliver()).json()).toEqual({ status: 'SUCCESS' })
  expect((await deliver()).json()).toEqual({ status: 'SUCCESS' })
  expect(stored(`user-preferences:${id}`)).toEqual({ schema: 1, preferences: { time_zone: 'Europe/Berlin', digest: true, reminder: true } })
  expect(options.get(`user-preferences:${id}`)).toEqual({ ttlSeconds: 2_592_000 })
  expect(sidecar.invoked).toEqual([
    { app: 'notification-service', method: 'send', request: { user_id: id, type: 'welcome', event_id: `${id}-1`, message: 'Welcome, Ann' } },
  ])
})

test('a welcome that cannot be sent is tried again, and leaves what the user has set meanwhile', async () => {
  const { app, sidecar, register, deliver } = setUp()
  const { id } = (await register()).json<User>()
  sidecar.faults.invoke.push(away)
  expect((await deliver()).json()).toEqual({ status: 'RETRY' })
  const wanted = { time_zone: 'Asia/Tokyo', digest: false, reminder: true }
  await app.inject({ method: 'PUT', url: `/users/${id}/preferences`, payload: wanted })
  expect((await deliver()).json()).toEqual({ status: 'SUCCESS' })
  expect((await app.inject(`/users/${id}/preferences`)).json()).toEqual(wanted)
})

test('preferences that are gone are made anew from the user', async () => {
  const { app, sidecar, options, register } = setUp()
  const { id } = (await register()).json<User>()
  const wanted = { time_zone: 'Asia/Tokyo', digest: false, reminder: false }
  expect((await app.inject({ method: 'PUT', url: `/users/${id}/preferences`, payload: wanted })).json()).toEqual(wanted)
  expect(options.get(`user-preferences:${id}`)).toEqual({ ttlSeconds: retention.preferencesSeconds })
  sidecar.entries.delete(`statestore/user-preferences:${id}`)
  expect((await app.inject(`/users/${id}/preferences`)).json()).toEqual({ time_zone: 'Europe/Berlin', digest: true, reminder: true })
  expect(sidecar.entries.has(`statestore/user-preferences:${id}`)).toBe(true)
})

test('what is set again as it was lives for another 30 days', async () => {
  const { app, sidecar, register } = setUp()
  const { id } = (await register()).json<User>()
  const payload = { time_zone: 'UTC', digest: true, reminder: true }
  for (const _ of [1, 2]) await app.inject({ method: 'PUT', url: `/users/${id}/preferences`, payload })
  expect(sidecar.entries.get(`statestore/user-preferences:${id}`)?.version).toBe(2)
})

test('fails with 404 for a user who is not registered, and with 422 for what is no id or no preference', async () => {
  const { app } = setUp()
  const id = randomUUID()
  const put = (payload: object, user = id) => app.inject({ method: 'PUT', url: `/users/${user}/preferences`, payload })
  expect((await app.inject(`/users/${id}`)).statusCode).toBe(404)
  expect((await app.inject(`/users/${id}/preferences`)).statusCode).toBe(404)
  expect((await put({ time_zone: 'UTC', digest: true, reminder: true })).statusCode).toBe(404)
  expect(violationPaths(await put({ time_zone: 'Nowhere', digest: 1 }))).toEqual(['/body/time_zone', '/body/digest', '/body/reminder'])
  expect((await app.inject('/users/a%20b')).statusCode).toBe(422)
})
