import { afterAll, beforeAll, expect, test } from '@jest/globals'

import { notificationService, taskApi } from '../support/apps.ts'
import { startTokenIssuer, type TokenIssuer } from '../support/token-issuer.ts'

let issuer: TokenIssuer
beforeAll(async () => { issuer = await startTokenIssuer() })
afterAll(() => issuer.close())

const ann = { name: 'Ann', time_zone: 'Europe/Berlin' }
const preferences = { time_zone: 'UTC', digest: false, reminder: false }

const setUp = async () => {
  const { app, sidecar } = taskApi({ jwt: issuer.settings })
  const as = async (user: string, method: 'GET' | 'PUT' | 'POST', url: string, payload?: object) =>
    app.inject({ method, url, ...(payload && { payload }), headers: { authorization: `Bearer ${await issuer.token(user)}` } })
  return { sidecar, as, registered: await as('ann', 'POST', '/users', ann) }
}

test('who calls with a token registers themself, under the id in it', async () => {
  const { as, registered } = await setUp()
  expect([registered.statusCode, registered.headers.location]).toEqual([201, '/users/ann'])
  expect((await as('ann', 'GET', '/users/ann')).json()).toMatchObject({ id: 'ann', ...ann })
})

test('who registers again is given what they registered, and there is no other event', async () => {
  const { as, registered, sidecar } = await setUp()
  expect((await as('ann', 'POST', '/users', { ...ann, name: 'Anna' })).json()).toEqual(registered.json())
  expect(sidecar.published).toHaveLength(1)
})

test.each([
  ['GET', '', undefined],
  ['GET', '/preferences', undefined],
  ['PUT', '/preferences', preferences],
  ['GET', '/tasks', undefined],
  ['GET', '/recommendations', undefined],
] as const)('fails %s /users/ann%s of another user as if there were no such user', async (method, rest, payload) => {
  const { as } = await setUp()
  const answers = await Promise.all(['ann', 'nobody'].map((id) => as('bob', method, `/users/${id}${rest}`, payload)))
  expect(answers.map(({ statusCode }) => statusCode)).toEqual([404, 404])
  expect((await as('ann', method, `/users/ann${rest}`, payload)).statusCode).toBe(200)
})

test('fails to show notifications of another user', async () => {
  const { app } = notificationService({ jwt: issuer.settings })
  const request = { type: 'welcome', event_id: 'e-1', user_id: 'ann', message: 'Welcome, Ann' }
  expect((await app.inject({ method: 'POST', url: '/send', payload: request })).statusCode).toBe(200)
  const get = async (user: string, url: string) => (await app.inject({ url, headers: { authorization: `Bearer ${await issuer.token(user)}` } })).statusCode
  expect([await get('ann', '/notifications/e-1'), await get('ann', '/users/ann/notifications')]).toEqual([200, 200])
  expect([await get('bob', '/notifications/e-1'), await get('bob', '/users/ann/notifications')]).toEqual([404, 404])
})
