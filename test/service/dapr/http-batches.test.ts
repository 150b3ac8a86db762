import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

import { afterEach, expect, test } from '@jest/globals'

import { type CloudEvent, ComponentFailed, createHttpSidecar, withTrace } from '../../../service/dapr/index.ts'

/** What a sidecar answers to a request, by its path and body; what a real one answers is tried in test/sidecar. */
type Answers = (path: string, body: string) => { readonly status: number; readonly body?: string }

const cleanUps: (() => Promise<unknown>)[] = []
afterEach(async () => {
  await Promise.all(cleanUps.splice(0).map((cleanUp) => cleanUp()))
})

const sidecarWith = async (answers: Answers) => {
  const paths: string[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const [path = ''] = (request.url ?? '').split('?')
      paths.push(path)
      const { status, body = '' } = answers(path, Buffer.concat(chunks).toString())
      response.writeHead(status, { etag: '1' }).end(body)
    })
  })
  await new Promise<void>((done) => { server.listen(0, '127.0.0.1', done) })
  const { port } = server.address() as AddressInfo // it listens on TCP
  const sidecar = createHttpSidecar({ origin: `http://127.0.0.1:${port}`, callMs: 10_000 })
  cleanUps.push(() => sidecar.close(), () => new Promise((done) => { server.close(done); server.closeAllConnections() }))
  return { sidecar, paths, bulk: () => paths.filter((path) => path.includes('/bulk')).length }
}

const event = (id: string): CloudEvent => ({ specversion: '1.0', id, source: 'app', type: 't', subject: id, time: '2026-01-01T00:00:00Z', datacontenttype: 'application/json', correlationid: 'c', data: {} })
const ids = ['a', 'b', 'c', 'd', 'e']
const settled = (calls: readonly Promise<unknown>[]): Promise<string[]> => Promise.all(calls.map((call) => call.then(() => 'done', (error: unknown) => (error instanceof Error ? error.name : ''))))

interface Entry { readonly entryId: string; readonly event: { readonly id: string } }
const entriesIn = (body: string): Entry[] => JSON.parse(body) as Entry[] // what the adapter sent

test('fails only the caller whose event a batch could not publish', async () => {
  const { sidecar, bulk } = await sidecarWith((path, body) => {
    if (!path.includes('/bulk/')) return { status: 204 }
    const failedEntries = entriesIn(body).filter(({ event: { id } }) => id === 'd').map(({ entryId }) => ({ entryId, error: 'too large' }))
    return { status: 500, body: JSON.stringify({ failedEntries, errorCode: 'ERR_PUBSUB_PUBLISH_MESSAGE' }) }
  })
  expect(await settled(ids.map((id) => sidecar.publish('pubsub', 'topic', event(id))))).toEqual(['done', 'done', 'done', ComponentFailed.name, 'done'])
  expect(bulk()).toBe(1)
})

test.each([{ status: 400 }, { status: 500, body: 'what' }, { status: 500, body: '{"failedEntries":[]}' }])('events of a batch that is answered %j are published one by one', async (answer) => {
  const { sidecar, paths } = await sidecarWith((path) => (path.includes('/bulk/') ? answer : { status: 204 }))
  expect(await settled(ids.map((id) => sidecar.publish('pubsub', 'topic', event(id))))).toEqual(ids.map(() => 'done'))
  expect(paths.filter((path) => path === '/v1.0/publish/pubsub/topic')).toHaveLength(ids.length)
})

test.each(['[]', '{"what":1}', '[{"data":1}]'])('keys that the answer %s to a batch does not have are read one by one', async (body) => {
  const { sidecar } = await sidecarWith((path) => (path.endsWith('/bulk') ? { status: 200, body } : { status: 200, body: '"alone"' }))
  expect(await Promise.all(ids.map((id) => sidecar.getState('store', id)))).toEqual(ids.map(() => ({ value: 'alone', etag: '1' })))
})

test('fails only the caller whose key the store failed to read', async () => {
  const found = [{ key: 'c', data: 1, etag: '7' }, { key: 'd', error: 'gone away' }, { key: 'e' }]
  const { sidecar } = await sidecarWith((path) => (path.endsWith('/bulk') ? { status: 200, body: JSON.stringify(found) } : { status: 204 }))
  const [, , third, fourth, fifth] = await Promise.allSettled(ids.map((id) => sidecar.getState('store', id)))
  expect([third, fourth, fifth]).toEqual([
    { status: 'fulfilled', value: { value: 1, etag: '7' } }, { status: 'rejected', reason: expect.any(ComponentFailed) }, { status: 'fulfilled', value: undefined },
  ])
})

test('calls of a trace that is recorded go alone, those of others together', async () => {
  const { sidecar, bulk } = await sidecarWith(() => ({ status: 204 }))
  const publishAll = (flags: string) =>
    withTrace({ traceparent: `00-${'1'.repeat(32)}-${'2'.repeat(16)}-${flags}` }, () => Promise.all(ids.map((id) => sidecar.publish('pubsub', 'topic', event(id)))))
  await publishAll('01')
  expect(bulk()).toBe(0)
  await publishAll('00')
  expect(bulk()).toBe(1)
})
