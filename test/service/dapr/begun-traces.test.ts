import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals'

import { createHttpSidecar, type Sidecar, traceHeadersOf, withTrace } from '../../../service/dapr/index.ts'

const traceOf = (digit: string): string => `00-${digit.repeat(32)}-${'0'.repeat(15)}1-01`

/** A sidecar that begins another trace with each call, as daprd does for calls without one. */
let server: Server
let sidecar: Sidecar
let heard: (string | undefined)[] = []

beforeAll(async () => {
  server = createServer(({ headers }, response) => {
    heard.push(headers['traceparent']?.toString())
    response.writeHead(204, { traceparent: traceOf(`${heard.length}`) }).end()
  })
  await new Promise<void>((done) => { server.listen(0, '127.0.0.1', done) })
  const { port } = server.address() as AddressInfo // it listens on TCP
  sidecar = createHttpSidecar({ origin: `http://127.0.0.1:${port}`, callMs: 1000 })
})
beforeEach(() => { heard = [] })
afterAll(async () => {
  await sidecar.close()
  await new Promise((done) => { server.close(done) })
})

const call = () => sidecar.getState('store', 'key')
const inRequest = (headers: Record<string, string>, work: () => Promise<unknown>) => withTrace(traceHeadersOf(headers, 'id'), work)

test('calls of a request without a trace join the one that the first of them began', async () => {
  await inRequest({}, async () => { await call(); await call(); await call() })
  expect(heard).toEqual([undefined, traceOf('1'), traceOf('1')])
})

test('calls of a request with a trace stay in it, whatever the sidecar answers', async () => {
  await inRequest({ traceparent: traceOf('a') }, async () => { await call(); await call() })
  expect(heard).toEqual([traceOf('a'), traceOf('a')])
})

test('calls of another request, and those outside of any, have nothing of it', async () => {
  await inRequest({}, call)
  await inRequest({}, call)
  await call()
  await call()
  expect(heard).toEqual([undefined, undefined, undefined, undefined])
})
