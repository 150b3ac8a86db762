import { z } from 'zod'

import { DlqError, exitCodes } from './errors.ts'

/** A value with the store's version of it. */
export interface Versioned {
  readonly value: unknown
  readonly etag: string
}

/** A message for a broker. */
export interface Message {
  readonly contentType: string
  readonly body: string | Uint8Array<ArrayBuffer>
  /** Metadata of the publish call, such as `rawPayload`. */
  readonly metadata: Readonly<Record<string, string>>
}

const Metadata = z.object({
  id: z.string(),
  subscriptions: z
    .array(z.object({ pubsubname: z.string(), topic: z.string(), metadata: z.record(z.string(), z.string()).default({}) }))
    .default([]),
})
export type SidecarMetadata = z.infer<typeof Metadata>

/** The HTTP API of one sidecar, as far as dead letters need it. What it refuses is a DlqError that names it. */
export interface SidecarApi {
  metadata(): Promise<SidecarMetadata>
  get(store: string, key: string): Promise<Versioned | undefined>
  /** Writes over the version that was read, or only where nothing is; false when that is not what is there. */
  put(store: string, key: string, value: unknown, etag: string | undefined): Promise<boolean>
  /** Removes the version that was read; false when that is not what is there. */
  remove(store: string, key: string, etag: string): Promise<boolean>
  /** Returns when the broker has it. */
  publish(pubsub: string, topic: string, message: Message): Promise<void>
}

export interface SidecarAccess {
  /** Where the sidecar's HTTP API is. */
  readonly url: string
  /** Sent as `dapr-api-token`. */
  readonly token?: string | undefined
}

interface Call {
  readonly method?: 'POST' | 'DELETE'
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array<ArrayBuffer>
}

const timeoutMs = 15_000
const segment = encodeURIComponent
const firstWrite = { concurrency: 'first-write', consistency: 'strong' } as const

const reasonOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error)
  return error.cause instanceof Error ? error.cause.message || error.message : error.message
}

export const sidecarApi = ({ url, token }: SidecarAccess): SidecarApi => {
  const origin = url.replace(/\/+$/, '')
  const common = token === undefined ? {} : { 'dapr-api-token': token }
  const send = async (path: string, { headers, ...call }: Call): Promise<Response> => {
    try {
      // A connection of its own each time: a forwarded one dies with its pod.
      return await fetch(`${origin}${path}`, { ...call, headers: { connection: 'close', ...common, ...headers }, signal: AbortSignal.timeout(timeoutMs) })
    } catch (error) {
      throw new DlqError(`no answer from the sidecar at ${origin}: ${reasonOf(error)}; see that it runs and that the address is right`, exitCodes.unreachable)
    }
  }
  const refused = async (what: string, response: Response): Promise<DlqError> => {
    const mend = response.status === 401 ? '; set DAPR_API_TOKEN to its token' : ''
    return new DlqError(`the sidecar at ${origin} refused ${what}: ${response.status} ${(await response.text()).slice(0, 500)}${mend}`, exitCodes.unreachable)
  }
  const ask = async (what: string, path: string, call: Call = {}): Promise<Response> => {
    const response = await send(path, call)
    if (!response.ok) throw await refused(what, response)
    return response
  }
  const statePath = (store: string, key: string): string => `/v1.0/state/${segment(store)}/${segment(key)}?consistency=strong`
  /** Redis answers a first write that loses with 500, and a conditional one that fails for any reason with 409. */
  const conditional = async (what: string, path: string, call: Call): Promise<boolean> => {
    const response = await send(path, call)
    if (response.ok) return true
    if (response.status === 409 || response.status >= 500) return false
    throw await refused(what, response)
  }
  return {
    metadata: async () => {
      const answer = Metadata.safeParse(await (await ask('its metadata', '/v1.0/metadata')).json())
      if (!answer.success) throw new DlqError(`${origin} is no Dapr sidecar: ${z.prettifyError(answer.error)}`, exitCodes.unreachable)
      return answer.data
    },
    get: async (store, key) => {
      const response = await ask(`a look into state store "${store}"`, statePath(store, key))
      if (response.status === 204) return undefined
      return { value: await response.json(), etag: response.headers.get('etag') ?? '' }
    },
    put: (store, key, value, etag) =>
      conditional(`a write to state store "${store}"`, `/v1.0/state/${segment(store)}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify([{ key, value, ...(etag !== undefined && { etag }), options: firstWrite }]),
      }),
    remove: (store, key, etag) =>
      conditional(`a removal from state store "${store}"`, `${statePath(store, key)}&concurrency=first-write`, { method: 'DELETE', headers: { 'if-match': etag } }),
    publish: async (pubsub, topic, { contentType, body, metadata }) => {
      const query = new URLSearchParams(Object.entries(metadata).map(([name, value]): [string, string] => [`metadata.${name}`, value]))
      const path = `/v1.0/publish/${segment(pubsub)}/${segment(topic)}?${query.toString()}`
      await ask(`to publish on topic "${topic}" of pubsub "${pubsub}"`, path, { method: 'POST', headers: { 'content-type': contentType }, body })
    },
  }
}
