import type { FastifyRequest } from 'fastify'

const traceparent = /^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}/
const noTrace = '0'.repeat(32)

/** What ties together all that a request causes: the trace id of its W3C `traceparent`, else its request id. */
export const correlationIdOf = ({ headers, id }: Pick<FastifyRequest, 'headers' | 'id'>): string => {
  const header = headers['traceparent']
  const traceId = typeof header === 'string' ? traceparent.exec(header)?.[1] : undefined
  return traceId === undefined || traceId === noTrace ? id : traceId
}
