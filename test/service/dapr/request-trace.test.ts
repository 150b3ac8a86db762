import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'

import { afterEach, expect, test } from '@jest/globals'

import { createHttpSidecar } from '../../../service/dapr/index.ts'
import { createDrain } from '../../../service/http/index.ts'
import { buildNotificationService } from '../../../service/notification-service/app.ts'

const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'
const cleanUps: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0)) await cleanUp()
})

/** A service before a sidecar that knows nothing and keeps the headers of each call. */
const setUp = async () => {
  const calls: IncomingHttpHeaders[] = []
  const server = createServer(({ headers }, response) => {
    calls.push(headers)
    response.writeHead(204).end()
  })
  await new Promise<void>((done) => { server.listen(0, '127.0.0.1', done) })
  const { port } = server.address() as AddressInfo // it listens on TCP
  const sidecar = createHttpSidecar({ origin: `http://127.0.0.1:${port}`, callMs: 1000 })
  const app = buildNotificationService({ sidecar, drain: createDrain(), logger: { level: 'silent' } })
  cleanUps.push(() => app.close(), () => new Promise((done) => { server.close(done) }))
  return async (headers: Readonly<Record<string, string>>) => {
    await app.inject({ url: '/notifications/1', headers })
    return calls.map((call) => ['x-request-id', 'traceparent', 'tracestate'].map((name) => call[name]))
  }
}

test('each call to the sidecar carries the id and the trace of its request', async () => {
  const ask = await setUp()
  expect(await ask({ 'x-request-id': 'request-1', traceparent, tracestate: 'a=b' })).toEqual([['request-1', traceparent, 'a=b']])
  expect(await ask({ 'x-request-id': 'request-2' })).toContainEqual(['request-2', undefined, undefined])
})

test('what is no trace goes no further', async () => {
  const ask = await setUp()
  expect(await ask({ 'x-request-id': 'request-1', traceparent: 'x'.repeat(5000), tracestate: 'y'.repeat(5000) })).toEqual([['request-1', undefined, undefined]])
})
