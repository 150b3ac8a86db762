import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'

import { detailOf } from '../support/answers.ts'
import { notificationService, taskApi } from '../support/apps.ts'
import { startTokenIssuer, type TokenIssuer } from '../support/token-issuer.ts'

let issuer: TokenIssuer
beforeAll(async () => { issuer = await startTokenIssuer() })
afterAll(() => issuer.close())

const past = (seconds: number): number => Math.floor(Date.now() / 1000) - seconds
const bearer = (token: string) => ({ authorization: `Bearer ${token}` })
const path = '/tasks/00000000-0000-4000-8000-000000000000'

describe('with an issuer', () => {
  const ask = async (headers: Readonly<Record<string, string>>) => taskApi({ jwt: issuer.settings }).app.inject({ url: path, headers })

  test.each([
    ['a good token', {}],
    ['one that expired within the tolerance of clocks', { exp: past(10) }],
    ['one for several audiences', { aud: ['another', 'the-stack'] }],
  ])('%s is taken', async (_case, claims) => {
    expect((await ask(bearer(await issuer.token('ann', claims)))).statusCode).toBe(404)
  })

  test.each([
    ['an expired token', () => issuer.token('ann', { exp: past(60) }), 'it has expired'],
    ['a token that is not valid yet', () => issuer.token('ann', { nbf: past(-60) }), 'claim nbf'],
    ['a token of another issuer', () => issuer.token('ann', { iss: 'http://elsewhere' }), 'claim iss'],
    ['a token for another audience', () => issuer.token('ann', { aud: 'another' }), 'claim aud'],
    ['a token that never expires', () => issuer.token('ann', { exp: undefined }), 'claim exp'],
    ['a token of nobody', () => issuer.token('ann', { sub: undefined }), 'claim sub'],
    ['a token that nobody signed', async () => issuer.unsigned('ann'), 'its alg is not taken'],
    ['a token of an unknown key', () => issuer.token('ann', {}, { kid: 'key-2' }), 'no key of its kid'],
    ['a token that another key signed', () => issuer.token('ann', {}, { foreign: true }), 'its signature is wrong'],
    ['what is no token', async () => 'a.b.c', 'it is no JWT'],
    ['what has not even its form', async () => 'secret', 'it is no JWT'],
  ])('fails %s with 401 and says why', async (_case, token, why) => {
    const sent = await token()
    const answer = await ask(bearer(sent))
    expect([answer.statusCode, answer.headers['content-type']]).toEqual([401, 'application/problem+json'])
    expect(answer.headers['www-authenticate']).toMatch(/^Bearer error="invalid_token", error_description="[^"]+"$/)
    expect(detailOf(answer)).toContain(why)
    expect(answer.body).not.toContain(sent)
  })

  test('fails a caller without a token with 401, and says no more than that one is needed', async () => {
    const answer = await ask({})
    expect([answer.statusCode, answer.headers['www-authenticate']]).toEqual([401, 'Bearer'])
  })

  test('fails a sub that can be no user with 403', async () => {
    expect((await ask(bearer(await issuer.token('not a user')))).statusCode).toBe(403)
  })

  test('fails with 503, not 401, when the keys cannot be had', async () => {
    const { app } = taskApi({ jwt: { ...issuer.settings, jwksUrl: 'http://127.0.0.1:1/jwks.json' } })
    const answer = await app.inject({ url: path, headers: bearer(await issuer.token('ann')) })
    expect([answer.statusCode, answer.headers['retry-after'], answer.headers['www-authenticate']]).toEqual([503, '2', undefined])
  })

  test('no token is in the log', async () => {
    const lines: string[] = []
    const { app } = taskApi({ jwt: issuer.settings, logger: { level: 'trace', stream: { write: (line: string) => { lines.push(line) } } } })
    const tokens = [await issuer.token('ann'), await issuer.token('ann', { exp: past(60) })]
    for (const token of tokens) await app.inject({ url: path, headers: bearer(token) })
    expect(lines.join('')).toContain('Request refused')
    for (const token of tokens) expect(lines.join('')).not.toContain(token.split('.')[2])
  })

  test.each(['/health', '/errors', '/nothing'])('%s asks nobody who they are', async (url) => {
    expect((await taskApi({ jwt: issuer.settings }).app.inject(url)).statusCode).not.toBe(401)
  })

  test('the sidecar needs no token of a user', async () => {
    const { app } = notificationService({ jwt: issuer.settings })
    const payload = { type: 'task_completed', event_id: 'e', task_id: 't', message: 'm' }
    expect((await app.inject({ method: 'POST', url: '/notify', payload })).statusCode).toBe(200)
    expect((await app.inject('/notifications/e')).statusCode).toBe(401)
  })
})

test('without an issuer nobody is asked, and the log says so once', async () => {
  const lines: string[] = []
  const { app } = taskApi({ logger: { level: 'warn', stream: { write: (line: string) => { lines.push(line) } } } })
  expect((await app.inject({ url: path, headers: bearer('secret') })).statusCode).toBe(404)
  expect(lines.filter((line) => line.includes('Callers are not authenticated'))).toHaveLength(1)
})
