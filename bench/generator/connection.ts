import { Client, type Dispatcher } from 'undici'

export interface Connection {
  /** Asks and gives the answer; any other status than the expected is an error that names it. */
  ask(method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, expected: number, body?: string, type?: string): Promise<Answer>
  close(): Promise<void>
}

export interface Answer {
  readonly text: string
  readonly etag: string
  readonly location: string
}

const one = (value: string | string[] | undefined): string => (Array.isArray(value) ? value[0] : value) ?? ''

export const connectionOf = (client: Dispatcher): Connection => ({
  ask: async (method, path, expected, body, type = 'application/json') => {
    const { statusCode, headers, body: content } = await client.request({ method, path, body: body ?? null, ...(body !== undefined && { headers: { 'content-type': type } }) })
    const text = await content.text()
    if (statusCode !== expected) throw new Error(`${method} answered ${statusCode}`)
    return { text, etag: one(headers['etag']), location: one(headers['location']) }
  },
  close: () => client.close(),
})

/** One connection, which has one request in flight. */
export const connect = (origin: string): Connection => connectionOf(new Client(origin))
