import type { FastifyReply } from 'fastify'

/** A stream of server-sent events to one reader. */
export interface EventStream {
  readonly send: (event: string, value: unknown) => void
  /** Aborted when the reader is gone. */
  readonly signal: AbortSignal
}

const [retryMs, signOfLifeMs] = [2000, 15_000]
/** A reader that is so many bytes behind gets nothing until it has caught up. */
const mostBehind = 4_000_000

/** Makes of an answer a stream of server-sent events. */
export const eventStream = (reply: FastifyReply, headers: Readonly<Record<string, string>>): EventStream => {
  reply.hijack()
  const { raw } = reply
  const gone = new AbortController()
  raw.writeHead(200, { ...headers, 'content-type': 'text/event-stream; charset=utf-8' })
  raw.write(`retry: ${retryMs}\n\n`)
  const life = setInterval(() => raw.write(': still here\n\n'), signOfLifeMs).unref()
  raw.on('close', () => {
    clearInterval(life)
    gone.abort()
  })
  raw.on('error', () => undefined) // it is closed then, which is all that matters
  return {
    signal: gone.signal,
    send: (event, value) => {
      if (!gone.signal.aborted && raw.writableLength < mostBehind) raw.write(`event: ${event}\ndata: ${JSON.stringify(value)}\n\n`)
    },
  }
}
