import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

import { afterEach, expect, test } from '@jest/globals'

import { CalleeUnavailable, CallRejected, createHttpSidecar, NotPermitted, ShapeMismatch, type Sidecar, SidecarUnavailable, withTimeBudget } from '../../../service/dapr/index.ts'

/** Answers that a healthy daprd does not give on demand; what it does give is tried on a real one (test/sidecar). */
interface Answer {
  readonly status?: number
  readonly body?: string
  /** Never answers. */
  readonly hangs?: boolean
}

const cleanUps: (() => Promise<unknown>)[] = []
afterEach(async () => {
  await Promise.all(cleanUps.splice(0).map((cleanUp) => cleanUp()))
})

const closed = (server: Server) => () => new Promise((done) => { server.close(done); server.closeAllConnections() })

const sidecarThatAnswers = async ({ status = 200, body = '', hangs = false }: Answer, apiToken?: string) => {
  const requests: { url: string | undefined; headers: IncomingHttpHeaders }[] = []
  const server = createServer(({ url, headers }, response) => {
    requests.push({ url, headers })
    if (!hangs) response.writeHead(status).end(body)
  })
  await new Promise<void>((done) => { server.listen(0, '127.0.0.1', done) })
  const { port } = server.address() as AddressInfo // it listens on TCP
  const sidecar: Sidecar = createHttpSidecar({ origin: `http://127.0.0.1:${port}`, apiToken, callMs: hangs ? 150 : 10_000 })
  cleanUps.push(() => sidecar.close(), closed(server))
  return { sidecar, requests }
}

test('the API token goes with every call', async () => {
  const { sidecar, requests } = await sidecarThatAnswers({ status: 204 }, 'a token')
  await sidecar.getState('store', 'key')
  await sidecar.outboundHealthy()
  expect(requests.map(({ headers }) => headers['dapr-api-token'])).toEqual(['a token', 'a token'])
})

test('fails with SidecarUnavailable when the sidecar does not answer in time', async () => {
  const { sidecar } = await sidecarThatAnswers({ hangs: true })
  await expect(sidecar.getState('store', 'key')).rejects.toThrow(SidecarUnavailable)
})

test('fails with SidecarUnavailable when nothing listens', async () => {
  const sidecar = createHttpSidecar({ origin: 'http://127.0.0.1:1', callMs: 10_000 })
  cleanUps.push(() => sidecar.close())
  await expect(sidecar.getState('store', 'key')).rejects.toThrow(/no answer for state store "store"/)
})

test('fails without a call when the time budget is used up', async () => {
  const { sidecar, requests } = await sidecarThatAnswers({ status: 204 })
  await expect(withTimeBudget(0, () => sidecar.getState('store', 'key'))).rejects.toMatchObject({ reason: 'the time budget of the request is used up' })
  expect(requests).toEqual([])
})

test.each([401, 403])('fails with NotPermitted on %i', async (status) => {
  const { sidecar } = await sidecarThatAnswers({ status, body: 'invalid api token' })
  await expect(sidecar.getState('store', 'key')).rejects.toThrow(NotPermitted)
})

test('fails with CallRejected, a bug of ours, on 400', async () => {
  const { sidecar } = await sidecarThatAnswers({ status: 400, body: '{"errorCode":"ERR_MALFORMED_REQUEST"}' })
  await expect(sidecar.saveState('store', 'key', 1, { firstWrite: true })).rejects.toThrow(CallRejected)
})

test('fails with CalleeUnavailable when the other app is away', async () => {
  const { sidecar } = await sidecarThatAnswers({ status: 500, body: '{"errorCode":"ERR_DIRECT_INVOKE"}' })
  await expect(sidecar.invoke('app', 'method', {})).rejects.toThrow(CalleeUnavailable)
})

test('fails with ShapeMismatch when the answer is not JSON', async () => {
  const { sidecar } = await sidecarThatAnswers({ body: '<html>' })
  await expect(sidecar.invoke('app', 'method', {})).rejects.toThrow(ShapeMismatch)
})

test('names are encoded in paths', async () => {
  const { sidecar, requests } = await sidecarThatAnswers({ body: '{}' })
  await sidecar.invoke('a/b', 'm?x', {})
  expect(requests[0]?.url).toBe('/v1.0/invoke/a%2Fb/method/m%3Fx')
})
