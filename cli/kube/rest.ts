import { Agent as HttpAgent, type IncomingMessage, type OutgoingHttpHeaders, request as httpRequest } from 'node:http'
import { Agent, request as httpsRequest, type RequestOptions } from 'node:https'
import { text } from 'node:stream/consumers'

import type { KubeConfig } from '@kubernetes/client-node'
import { z } from 'zod'

/** A call of the Kubernetes API. */
export interface RestCall {
  /** @default GET */
  readonly method?: 'POST' | 'PATCH' | 'DELETE'
  /** Path with its query, such as `/api/v1/namespaces?limit=1`. */
  readonly path: string
  /** Sent as JSON. */
  readonly body?: unknown
  /** @default application/json */
  readonly contentType?: string
  /** Ends the call. */
  readonly signal?: AbortSignal
  /** The answer goes on for as long as it is read: it gets a connection that the other calls do not wait for. @default false */
  readonly stays?: boolean
}

/** The API server refused a call; `status` is its HTTP status, `reason` Kubernetes' word for it, such as `Forbidden`. */
export class KubeRefusal extends Error {
  override readonly name = 'KubeRefusal'
  readonly status: number
  readonly reason: string

  constructor(status: number, reason: string, message: string) {
    super(message)
    this.status = status
    this.reason = reason
  }
}

/** The API server cannot be reached. */
export class KubeUnreachable extends Error {
  override readonly name = 'KubeUnreachable'
}

/** Kubernetes' API as it is on the wire: no field is dropped that a client does not know. */
export interface Rest {
  readonly json: (call: RestCall) => Promise<unknown>
  readonly stream: (call: RestCall) => Promise<IncomingMessage>
}

const Status = z.object({ message: z.string(), reason: z.string().optional() })

const refusalOf = async (response: IncomingMessage): Promise<KubeRefusal> => {
  const body = await text(response)
  const { data } = Status.safeParse(parsed(body))
  const status = response.statusCode ?? 0
  return new KubeRefusal(status, data?.reason ?? String(status), data?.message ?? (body.slice(0, 500) || `status ${status}`))
}

const parsed = (body: string): unknown => {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}

const connections = 16

/** The API of the cluster that a kubeconfig names, with its credentials and over connections that are kept. */
export const restOf = (config: KubeConfig): Rest => {
  const cluster = config.getCurrentCluster()
  if (!cluster) throw new KubeUnreachable('the kubeconfig names no cluster')
  const secure = cluster.server.startsWith('https')
  let agent: RequestOptions['agent']

  const optionsOf = async ({ method, contentType = 'application/json', signal, stays }: RestCall, body: string | undefined): Promise<RequestOptions> => {
    const credentials: OutgoingHttpHeaders = {}
    const options: RequestOptions = { headers: credentials }
    await config.applyToHTTPSOptions(options)
    const { ca, cert, key, rejectUnauthorized, servername } = options
    const own = { keepAlive: true, maxSockets: connections, ca, cert, key, rejectUnauthorized, servername }
    agent ??= cluster.proxyUrl === undefined ? (secure ? new Agent(own) : new HttpAgent({ keepAlive: true })) : options.agent
    const headers = { accept: 'application/json', ...credentials, ...(body !== undefined && { 'content-type': contentType, 'content-length': Buffer.byteLength(body) }) }
    return { ...options, method: method ?? 'GET', headers, agent: stays && cluster.proxyUrl === undefined ? false : agent, ...(signal && { signal }) }
  }

  const stream = async (call: RestCall): Promise<IncomingMessage> => {
    // With its length: Node sends none with a DELETE, and the rest would be read as the next request.
    const body = call.body === undefined ? undefined : JSON.stringify(call.body)
    const options = await optionsOf(call, body)
    const url = new URL(cluster.server.replace(/\/$/, '') + call.path)
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const request = (secure ? httpsRequest : httpRequest)(url, options, resolve)
      request.on('error', (error) => { reject(call.signal?.aborted ? error : new KubeUnreachable(`${cluster.server} does not answer: ${error.message}`)) })
      request.end(body)
    })
    if ((response.statusCode ?? 500) >= 300) throw await refusalOf(response)
    return response
  }
  return { stream, json: async (call) => JSON.parse(await text(await stream(call))) as unknown }
}
