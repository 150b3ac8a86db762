import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

import { afterEach, beforeEach, expect, test } from '@jest/globals'

import { freePorts } from '../sidecar/rig/free-ports.ts'
import { until } from '../sidecar/rig/until.ts'
import { type Link, openLink } from './link.ts'
import { createRandom } from './random.ts'

let server: Server
let link: Link
let seen: string[]

beforeEach(async () => {
  seen = []
  server = createServer((request, response) => {
    seen.push(request.url ?? '')
    response.end('done')
  })
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve) })
  const [port = 0] = await freePorts(1)
  link = await openLink(port, (server.address() as AddressInfo).port, createRandom(1))
})
afterEach(async () => {
  await link.close()
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})

const ask = async (path: string, ms = 2000): Promise<string> => (await fetch(`http://127.0.0.1:${link.port}${path}`, { signal: AbortSignal.timeout(ms) })).text()
const always = { share: 1, holdMs: 300 }

test('a link without trouble passes everything', async () => {
  expect(await ask('/a')).toBe('done')
  expect([seen, link.troubled]).toEqual([['/a'], 0])
})

test('cut-before breaks the connection, and the request never arrives', async () => {
  link.trouble({ trouble: 'cut-before', ...always })
  await expect(ask('/a')).rejects.toThrow()
  expect([seen, link.troubled]).toEqual([[], 1])
})

test('cut-after breaks the connection when the request has arrived', async () => {
  link.trouble({ trouble: 'cut-after', ...always })
  await expect(ask('/a')).rejects.toThrow()
  expect(seen).toEqual(['/a'])
})

test('delay holds the answer back', async () => {
  link.trouble({ trouble: 'delay', ...always })
  const start = performance.now()
  expect(await ask('/a')).toBe('done')
  expect(performance.now() - start).toBeGreaterThanOrEqual(290)
})

test('late delivers a request whose client has given up', async () => {
  link.trouble({ trouble: 'late', ...always })
  await expect(ask('/a', 100)).rejects.toThrow()
  expect(seen).toEqual([])
  await until('the late request', 2, async () => seen.length === 1)
})
