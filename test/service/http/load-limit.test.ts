import { afterEach, expect, test } from '@jest/globals'
import { fastify, type FastifyInstance } from 'fastify'

import { limitLoad, Problem } from '../../../service/http/index.ts'

const opened: FastifyInstance[] = []
afterEach(async () => {
  await Promise.all(opened.splice(0).map((app) => app.close()))
})

/** Takes two requests at a time, and answers none before it is let. */
const slowApp = () => {
  const app = fastify()
  opened.push(app)
  let answer = (): void => undefined
  const held = new Promise<void>((resolve) => { answer = resolve })
  app.setErrorHandler((error, _request, reply) => reply.code(error instanceof Problem ? error.status : 500).send(error instanceof Problem ? error.extras : {}))
  limitLoad(app, 2)
  app.get('/work', async () => {
    await held
    return 'done'
  })
  app.get('/events', { config: { access: 'dapr' } }, async () => 'taken')
  app.get('/health', { config: { access: 'public' } }, async () => 'well')
  return { app, answer }
}

const statusOf = (app: FastifyInstance, url: string) => app.inject(url).then(({ statusCode }) => statusCode)

test('more requests than are answered at once get 503 and when to come again, and those that were taken are answered', async () => {
  const { app, answer } = slowApp()
  const taken = [statusOf(app, '/work'), statusOf(app, '/work')]
  await new Promise(setImmediate)
  const refused = await app.inject('/work')
  expect([refused.statusCode, refused.json()]).toEqual([503, { retryAfterSeconds: 1 }])
  answer()
  expect(await Promise.all(taken)).toEqual([200, 200])
  expect(await statusOf(app, '/work')).toBe(200)
})

test('what Dapr brings and who asks for health is let through', async () => {
  const { app, answer } = slowApp()
  const taken = [statusOf(app, '/work'), statusOf(app, '/work')]
  await new Promise(setImmediate)
  expect([await statusOf(app, '/events'), await statusOf(app, '/health'), await statusOf(app, '/work')]).toEqual([200, 200, 503])
  answer()
  await Promise.all(taken)
})
