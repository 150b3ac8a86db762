import { afterAll, beforeAll, expect, test } from '@jest/globals'

import type { Task } from '../../../config/tasks/index.ts'
import { SidecarUnavailable } from '../../../service/dapr/index.ts'
import { detailOf } from '../support/answers.ts'
import { taskApi } from '../support/apps.ts'
import { startTokenIssuer, type TokenIssuer } from '../support/token-issuer.ts'

let issuer: TokenIssuer
beforeAll(async () => { issuer = await startTokenIssuer() })
afterAll(() => issuer.close())

const setUp = async () => {
  const { app, sidecar } = taskApi({ jwt: issuer.settings })
  const as = async (user: string, method: 'GET' | 'PUT' | 'POST' | 'DELETE', url: string, more: { payload?: object; headers?: Record<string, string> } = {}) =>
    app.inject({ method, url, ...more, headers: { ...more.headers, authorization: `Bearer ${await issuer.token(user)}` } })
  const created = await as('ann', 'POST', '/tasks', { payload: { title: 'Buy milk' } })
  return { sidecar, as, created, url: `/tasks/${created.json<Task>().id}` }
}

test('what a user creates is theirs', async () => {
  const { as, created, url } = await setUp()
  expect(created.statusCode).toBe(201)
  expect((await as('ann', 'GET', url)).json()).toEqual(created.json())
  expect((await as('ann', 'PUT', `${url}/status?status=completed`)).statusCode).toBe(200)
  expect((await as('ann', 'DELETE', url)).statusCode).toBe(204)
})

test.each([
  ['GET', ''],
  ['PUT', '/status?status=completed'],
  ['DELETE', ''],
] as const)('fails %s of another user as if there were no such task', async (method, rest) => {
  const { as, url, sidecar } = await setUp()
  const none = '/tasks/00000000-0000-4000-8000-000000000000'
  const [foreign, missing] = [await as('bob', method, url + rest), await as('bob', method, none + rest)]
  expect([foreign.statusCode, missing.statusCode]).toEqual([404, 404])
  expect(detailOf(foreign).replace(url.slice(7), 'x')).toBe(detailOf(missing).replace(none.slice(7), 'x'))
  expect((await as('bob', method, url + rest, { headers: { 'if-match': '"9"', 'if-none-match': '"1"' } })).statusCode).toBe(404)
  expect(sidecar.published).toHaveLength(1)
})

test('fails the second DELETE of another user, too, while the event of the first waits', async () => {
  const { as, url, sidecar } = await setUp()
  sidecar.faults.publish.push(() => { throw new SidecarUnavailable('memory', 'timeout') })
  expect((await as('ann', 'DELETE', url)).statusCode).toBe(503)
  expect((await as('bob', 'DELETE', url)).statusCode).toBe(404)
  expect((await as('ann', 'DELETE', url)).statusCode).toBe(204)
})

test('a task that was made while callers were not authenticated is no user\'s', async () => {
  const { as, sidecar } = await setUp()
  const open = taskApi()
  const { id } = (await open.app.inject({ method: 'POST', url: '/tasks', payload: { title: 'x' } })).json<Task>()
  for (const [key, entry] of open.sidecar.entries) sidecar.entries.set(key, entry)
  expect((await as('ann', 'GET', `/tasks/${id}`)).statusCode).toBe(404)
})

test('an Idempotency-Key of one user says nothing of another\'s', async () => {
  const { as } = await setUp()
  const create = async (user: string) => (await as(user, 'POST', '/tasks', { payload: { title: 'Plan' }, headers: { 'idempotency-key': 'k' } })).json<Task>().id
  const [ann, annAgain, bob] = [await create('ann'), await create('ann'), await create('bob')]
  expect([annAgain === ann, bob === ann]).toEqual([true, false])
})
