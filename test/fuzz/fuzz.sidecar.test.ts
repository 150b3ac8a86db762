import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

import { beforeAll, expect, test } from '@jest/globals'

import { silent } from '../../toolchain/progress.ts'
import { ensureSchemathesis, type PythonProgram } from '../../toolchain/python.ts'
import { fuzzApi, fuzzedApps, fuzzStack } from './run.ts'

let schemathesis: PythonProgram
beforeAll(async () => { schemathesis = await ensureSchemathesis(silent) }, 300_000)

test('a short run of all checks finds nothing at any API, and gives each operation its cases', async () => {
  const results = await fuzzStack({ cases: 30, seed: 1 }, silent)
  expect(results.filter(({ passed }) => !passed).map(({ text }) => text)).toEqual([])
  expect(results.map(({ app }) => app)).toEqual(fuzzedApps)
  for (const { cases } of results) {
    expect(Object.keys(cases).length).toBeGreaterThan(1)
    expect(Object.entries(cases).filter(([, number]) => number < 30)).toEqual([])
  }
}, 300_000)

/** A service whose only operation breaks its own document. */
const brokenApi = async () => {
  const document = { openapi: '3.1.0', info: { title: 'broken', version: '1' }, paths: { '/thing': { get: { responses: { 200: { description: 'OK' } } } } } }
  const server = createServer(({ url }, response) => {
    response.writeHead(url === '/openapi.json' ? 200 : 500, { 'content-type': 'application/json' }).end(JSON.stringify(document))
  })
  await new Promise<void>((done) => { server.listen(0, '127.0.0.1', done) })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, stop: () => new Promise((done) => { server.close(done) }) } // it listens on TCP
}

test('fails at an API that answers what its document does not say', async () => {
  const { url, stop } = await brokenApi()
  const { passed, text } = await fuzzApi(schemathesis, 'broken', url, { cases: 5, seed: 1 })
  await stop()
  expect([passed, text]).toEqual([false, expect.stringContaining('Server error')])
}, 60_000)
