import { describe, expect, test } from '@jest/globals'

import { graphOf, jobRoute } from '../../../config/define/index.ts'
import { stack } from '../../../config/tasks/index.ts'
import { aiService, notificationService, taskApi } from '../support/apps.ts'

const appToken = 'a-token'
const poison = { method: 'POST', url: '/events/task-events', payload: {} } as const

describe('with an app token', () => {
  test('the sidecar that sends it is served', async () => {
    const { app } = taskApi({ appToken })
    const answer = await app.inject({ ...poison, headers: { 'dapr-api-token': appToken } })
    expect([answer.statusCode, answer.json()]).toEqual([200, { status: 'DROP' }])
  })

  test.each([{}, { 'dapr-api-token': '' }, { 'dapr-api-token': 'another' }])('fails a caller that sends %j with 401', async (headers) => {
    const { app } = taskApi({ appToken })
    const answer = await app.inject({ ...poison, headers })
    expect([answer.statusCode, answer.headers['content-type']]).toEqual([401, 'application/problem+json'])
  })

  const { apps, subscriptions, invocations } = graphOf(stack)
  const routes = [
    ...subscriptions.flatMap(({ app, route, deadLetters }) => [[app, route], [app, deadLetters.route]]),
    ...invocations.map(({ callee, route }) => [callee, route]),
    ...apps.flatMap(({ id, jobs }) => jobs.map((kind) => [id, `${jobRoute}${kind}-1`])),
  ]
  type Build = (options: { readonly appToken: string }) => Pick<ReturnType<typeof taskApi>, 'app'>
  const services: Readonly<Record<string, Build>> = { 'task-api': taskApi, 'notification-service': notificationService, 'ai-service': aiService }

  test.each(routes)('fails strangers at %s%s', async (name = '', url = '') => {
    const answer = await services[name]?.({ appToken }).app.inject({ method: 'POST', url, payload: {} })
    expect([answer?.statusCode, answer?.json()]).toEqual([401, expect.objectContaining({ code: 'unauthenticated' })])
  })

  test('what is for everyone stays so', async () => {
    const { app } = taskApi({ appToken })
    expect((await app.inject('/health')).statusCode).toBe(200)
    expect((await app.inject('/tasks/unknown')).statusCode).toBe(404)
  })
})

test('without an app token whoever reaches the port is served, and the log says so once', async () => {
  const lines: string[] = []
  const { app } = taskApi({ logger: { level: 'warn', stream: { write: (line: string) => { lines.push(line) } } } })
  expect((await app.inject(poison)).statusCode).toBe(200)
  expect(lines.filter((line) => line.includes('There is no app token'))).toHaveLength(1)
})
