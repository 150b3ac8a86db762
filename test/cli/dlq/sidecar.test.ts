import { createServer, type Server } from 'node:http'

import { afterEach, expect, test } from '@jest/globals'

import { DlqError } from '../../../cli/dlq/errors.ts'
import { sidecarApi } from '../../../cli/dlq/sidecar.ts'

interface Asked {
  readonly line: string
  readonly headers: Readonly<Record<string, unknown>>
  readonly body: string
}

let server: Server | undefined
afterEach(async () => { await new Promise((closed) => server?.close(closed) ?? closed(undefined)) })

/** A server that answers everything alike, and what it was asked. */
const answering = async (status: number, body = '', headers: Record<string, string> = {}) => {
  const asked: Asked[] = []
  server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk)).on('end', () => {
      asked.push({ line: `${request.method} ${request.url}`, headers: request.headers, body: Buffer.concat(chunks).toString() })
      response.writeHead(status, headers).end(body)
    })
  })
  await new Promise<void>((listening) => server?.listen(0, '127.0.0.1', listening))
  const address = server.address()
  return { asked, url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/` }
}

test('a value comes with its ETag, and a missing one is undefined', async () => {
  const { url, asked } = await answering(200, '{"a":1}', { etag: '7' })
  expect(await sidecarApi({ url }).get('store', 'a:b/c')).toEqual({ value: { a: 1 }, etag: '7' })
  expect(asked[0]?.line).toBe('GET /v1.0/state/store/a%3Ab%2Fc?consistency=strong')
})

test('a key without a value is undefined', async () => {
  const { url } = await answering(204)
  expect(await sidecarApi({ url }).get('store', 'a')).toBeUndefined()
})

test('the token goes with every call where there is one', async () => {
  const { url, asked } = await answering(204)
  await sidecarApi({ url, token: 'secret' }).get('store', 'a')
  await sidecarApi({ url }).get('store', 'a')
  expect(asked.map(({ headers }) => headers['dapr-api-token'])).toEqual(['secret', undefined])
})

test('writes and removals are first-write', async () => {
  const { url, asked } = await answering(204)
  const api = sidecarApi({ url })
  expect([await api.put('store', 'k', 1, undefined), await api.put('store', 'k', 2, '7'), await api.remove('store', 'k', '8')]).toEqual([true, true, true])
  const options = { concurrency: 'first-write', consistency: 'strong' }
  expect(asked.map(({ body }) => body && (JSON.parse(body) as unknown))).toEqual([[{ key: 'k', value: 1, options }], [{ key: 'k', value: 2, etag: '7', options }], ''])
  expect(asked[2]).toMatchObject({ line: 'DELETE /v1.0/state/store/k?consistency=strong&concurrency=first-write', headers: { 'if-match': '8' } })
})

test.each([409, 500])('a write that is answered %i is no success, and no end', async (status) => {
  const { url } = await answering(status, '{"errorCode":"ERR_STATE_SAVE"}')
  expect(await sidecarApi({ url }).put('store', 'k', 1, undefined)).toBe(false)
})

test('an event is published with its content type and metadata', async () => {
  const { url, asked } = await answering(204)
  await sidecarApi({ url }).publish('bus', 'orders', { contentType: 'application/cloudevents+json', body: '{}', metadata: { partitionKey: 'o 1' } })
  expect(asked[0]).toMatchObject({ line: 'POST /v1.0/publish/bus/orders?metadata.partitionKey=o+1', headers: { 'content-type': 'application/cloudevents+json' }, body: '{}' })
})

test('fails with the mend when the token is wrong', async () => {
  const { url } = await answering(401, 'invalid api token')
  const look = sidecarApi({ url }).get('store', 'a')
  await expect(look).rejects.toThrow(DlqError)
  await expect(look).rejects.toThrow(/refused a look into state store "store": 401 invalid api token; set DAPR_API_TOKEN to its token$/)
})

test('fails with the mend when nobody answers', async () => {
  const api = sidecarApi({ url: 'http://127.0.0.1:9' })
  await expect(api.metadata()).rejects.toThrow(expect.objectContaining({ exitCode: 3, message: expect.stringMatching(/^no answer from the sidecar at http:\/\/127.0.0.1:9: .*; see that it runs/) }))
})

test('fails when what answers is no sidecar', async () => {
  const { url } = await answering(200, '{"status":"healthy"}')
  await expect(sidecarApi({ url }).metadata()).rejects.toThrow(/is no Dapr sidecar/)
})
