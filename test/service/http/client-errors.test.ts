import { connect } from 'node:net'
import { text } from 'node:stream/consumers'

import { expect, test } from '@jest/globals'

import { createServer } from '../../../service/http/index.ts'

/** What a server answers on a connection that sends these bytes. */
const answerTo = async (bytes: string): Promise<string> => {
  const app = createServer({ logger: { level: 'silent' }, receiveMs: 1000, translators: [] })
  await app.listen({ host: '127.0.0.1', port: 0 })
  const socket = connect(Number(new URL(app.listeningOrigin).port), '127.0.0.1')
  socket.write(bytes)
  try {
    return await text(socket)
  } finally {
    await app.close()
  }
}

test.each([
  ['what is no HTTP', 'hello\r\n\r\n', 400, 'malformed-request'],
  ['headers that are too large', `GET / HTTP/1.1\r\nhost: x\r\nx: ${'a'.repeat(20_000)}\r\n\r\n`, 431, 'headers-too-large'],
])('fails %s as a problem', async (_case, bytes, status, code) => {
  const [head = '', body = ''] = (await answerTo(bytes)).split('\r\n\r\n')
  expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
  expect(head).toContain('content-type: application/problem+json')
  expect(JSON.parse(body)).toMatchObject({ status, code, type: `/errors#${code}`, request_id: /x-request-id: (.*)/.exec(head)?.[1] })
})
