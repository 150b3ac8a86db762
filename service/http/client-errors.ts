import { randomUUID } from 'node:crypto'
import type { Socket } from 'node:net'

import { Problem, problemBody, type ProblemCode } from './problems.ts'

const codes: Readonly<Record<string, ProblemCode>> = {
  HPE_HEADER_OVERFLOW: 'headers-too-large',
  ERR_HTTP_REQUEST_TIMEOUT: 'request-timeout',
}

/** Answers what is no HTTP request: there is no route, no reply and no request id for it yet, only a connection. */
export const answerClientError = (error: Error & { readonly code?: string }, socket: Pick<Socket, 'writable' | 'end' | 'destroy'>): void => {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  const problem = new Problem(codes[error.code ?? ''] ?? 'malformed-request', 'this is no HTTP request that the service can read')
  const id = randomUUID()
  const body = JSON.stringify(problemBody(problem, id))
  const headers = ['content-type: application/problem+json', `content-length: ${Buffer.byteLength(body)}`, `x-request-id: ${id}`, 'connection: close']
  socket.end(`HTTP/1.1 ${problem.status} Error\r\n${headers.join('\r\n')}\r\n\r\n${body}`)
}
