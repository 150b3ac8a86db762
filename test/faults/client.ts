import { Agent, request } from 'undici'
import { z } from 'zod'

import type { Answer } from './history.ts'

/** A request for a change. */
export interface Change {
  readonly method: 'POST' | 'PUT' | 'DELETE'
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: unknown
}

/** What became of a request: an answer, none, or nobody who listened, so that nothing was sent. */
export type Outcome = Answer | 'lost' | 'refused'

/** Sends each request once. */
export interface Client {
  send(url: string, change: Change): Promise<Outcome>
  close(): Promise<void>
}

/** Services promise an answer within 5 s. */
const patienceMs = 10_000

const TaskId = z.object({ id: z.string() })

const numberIn = (etag: string | string[] | undefined): number | undefined => {
  const text = typeof etag === 'string' ? /^"(\d+)"$/.exec(etag)?.[1] : undefined
  return text === undefined ? undefined : Number(text)
}

const codeOf = (error: unknown): unknown => (typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined)

const answerOf = (code: number, etag: string | string[] | undefined, text: string): Answer => {
  const task = code < 300 && text !== '' ? TaskId.safeParse(JSON.parse(text)).data?.id : undefined
  const version = numberIn(etag)
  return { code, ...(task !== undefined && { task }), ...(version !== undefined && { version }) }
}

export const createClient = (): Client => {
  const dispatcher = new Agent({ connections: 64, connectTimeout: 2000 })
  return {
    send: async (url, { method, path, headers, body }) => {
      const type = body === undefined ? {} : { 'content-type': 'application/json' }
      try {
        const { statusCode, headers: { etag }, body: content } = await request(`${url}${path}`, {
          dispatcher, method, headers: { ...headers, ...type }, body: body === undefined ? null : JSON.stringify(body), signal: AbortSignal.timeout(patienceMs),
        })
        return answerOf(statusCode, etag, await content.text())
      } catch (error) {
        return codeOf(error) === 'ECONNREFUSED' ? 'refused' : 'lost'
      }
    },
    close: () => dispatcher.destroy(),
  }
}
