import { expect, test } from '@jest/globals'
import { z } from 'zod'

import { createDrain, createServer, Problem, serveDrain } from '../../../service/http/index.ts'
import { detailOf, violationPaths } from '../support/answers.ts'

class Twice extends Error {}
const Thing = z.strictObject({ name: z.string().max(3), size: z.int() })

const setUp = () => {
  const drain = createDrain()
  const app = createServer({
    logger: { level: 'silent' },
    receiveMs: 1000,
    translators: [(error) => (error instanceof Twice ? new Problem('conflict', error.message, { retryAfterSeconds: 3 }) : undefined)],
  })
  serveDrain(app, drain)
  app.post('/things', { schema: { body: Thing } }, async ({ body }) => body)
  app.post('/sized', { schema: { body: Thing, response: { 200: Thing } } }, async ({ body }) => body)
  app.get('/things/:id', async () => { throw new Twice('twice') })
  app.get('/broken', async () => { throw new Error('the password is hunter2') })
  return { app, drain }
}

const post = (payload: string, type = 'application/json') => setUp().app.inject({ method: 'POST', url: '/things', headers: { 'content-type': type }, payload })

test.each([
  ['malformed JSON', () => post('{"name":'), 400, 'malformed-request'],
  ['an empty body', () => post(''), 400, 'malformed-request'],
  ['a bad address', () => setUp().app.inject('/things/%'), 400, 'malformed-request'],
  ['an unknown route', () => setUp().app.inject('/nothing'), 404, 'not-found'],
  ['a body that is too large', () => post(JSON.stringify({ name: 'x'.repeat(2_000_000) })), 413, 'content-too-large'],
  ['a media type that is not taken', () => post('name=a', 'application/x-www-form-urlencoded'), 415, 'unsupported-media-type'],
  ['plain text', () => post('a', 'text/plain'), 415, 'unsupported-media-type'],
  ['a failure of the service', () => setUp().app.inject('/broken'), 500, 'internal-error'],
])('fails %s as a problem', async (_case, ask, status, code) => {
  const answer = await ask()
  expect(answer.statusCode).toBe(status)
  expect(answer.headers['content-type']).toBe('application/problem+json')
  expect(answer.json()).toMatchObject({ type: `/errors#${code}`, status, code, title: expect.any(String), detail: expect.any(String), solve: expect.any(String), request_id: expect.any(String) })
})

test('fails with every violation of the schema, each where it stands', async () => {
  const answer = await post(JSON.stringify({ name: 'long', extra: 1, more: 2 }))
  expect(answer.statusCode).toBe(422)
  expect(violationPaths(answer).sort()).toEqual(['/body/extra', '/body/more', '/body/name', '/body/size'])
})

test.each(['PUT', 'PATCH', 'DELETE', 'TRACE', 'MKCOL', 'QUERY'])('fails %s on a known path with what is allowed', async (method) => {
  const answer = await setUp().app.inject({ method: method as 'PUT', url: '/things/1?x=y' }) // the types know fewer methods than clients
  expect([answer.statusCode, answer.headers.allow]).toEqual([405, 'GET, HEAD, OPTIONS'])
})

test('OPTIONS says what a known path takes', async () => {
  const answer = await setUp().app.inject({ method: 'OPTIONS', url: '/things/1' })
  expect([answer.statusCode, answer.headers.allow, answer.body]).toEqual([204, 'GET, HEAD, OPTIONS', ''])
  expect((await setUp().app.inject({ method: 'OPTIONS', url: '/nothing' })).statusCode).toBe(404)
})

test('HEAD answers as GET does, without the body', async () => {
  const [head, get] = await Promise.all((['HEAD', 'GET'] as const).map((method) => setUp().app.inject({ method, url: '/errors' })))
  expect([head?.statusCode, head?.headers['content-length'], head?.body]).toEqual([200, get?.headers['content-length'], ''])
})

test.each([
  [undefined, 200],
  ['*/*', 200],
  ['application/json', 200],
  ['text/html, application/*;q=0.5', 200],
  ['text/html', 406],
  ['application/json;q=0, text/html', 406],
  ['application/problem+json', 406],
])('Accept %j is answered %i', async (accept, status) => {
  const { app } = setUp()
  const headers = accept === undefined ? {} : { accept }
  expect((await app.inject({ method: 'POST', url: '/sized', headers, payload: { name: 'a', size: 1 } })).statusCode).toBe(status)
})

test('fails without telling a client what is inside', async () => {
  expect((await setUp().app.inject('/broken')).body).not.toContain('hunter2')
})

test('a translator decides about the errors that it knows', async () => {
  const answer = await setUp().app.inject('/things/1')
  expect([answer.statusCode, answer.headers['retry-after'], detailOf(answer)]).toEqual([409, '3', 'twice'])
})

test('a request keeps the id that it came with, unless it is not fit for a log', async () => {
  const { app } = setUp()
  const idOf = async (sent: string) => (await app.inject({ url: '/nothing', headers: { 'x-request-id': sent } })).headers['x-request-id']
  expect(await idOf('abc-1')).toBe('abc-1')
  expect(await idOf('{"evil":1}')).toMatch(/^[0-9a-f-]{36}$/)
})

test('while it drains, each answer asks the client to connect elsewhere', async () => {
  const { app, drain } = setUp()
  expect((await app.inject('/nothing')).headers.connection).not.toBe('close')
  drain.start()
  expect((await app.inject('/nothing')).headers.connection).toBe('close')
})
