/** An answer, read to its end. */
export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly body: unknown
}

export interface Question {
  readonly method?: string
  /** Sent as JSON unless it is a string. */
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

/** Asks over HTTP. Fails after 10 s: no service of ours may hang. */
export const ask = async (url: string, { method = 'GET', body, headers = {} }: Question = {}): Promise<Answer> => {
  const content = body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }
  const type = body === undefined ? {} : { 'content-type': 'application/json' }
  const response = await fetch(url, { method, headers: { ...type, ...headers }, signal: AbortSignal.timeout(10_000), ...content })
  const text = await response.text()
  const isJson = response.headers.get('content-type')?.includes('json') ?? false
  return { status: response.status, headers: response.headers, body: isJson ? (JSON.parse(text) as unknown) : text }
}
