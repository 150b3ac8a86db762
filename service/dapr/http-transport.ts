import { EventEmitter } from 'node:events'

import { Pool } from 'undici'

import { joinTrace } from './begun-traces.ts'
import { SidecarUnavailable } from './sidecar-errors.ts'
import { remainingMs } from './time-budget.ts'

export interface HttpSidecarOptions {
  /** Where the sidecar's HTTP API is, such as `http://127.0.0.1:3500`. */
  readonly origin: string
  /** Sent as `dapr-api-token`. Default: none. */
  readonly apiToken?: string | undefined
  /** The longest one call may take, in milliseconds. A time budget around the call shortens it. */
  readonly callMs: number
  /** The longest one invocation may take, in which the sidecar makes all its attempts. Default: `callMs`. */
  readonly invocationMs?: number
  /** Connections kept to the sidecar. Default: 128. */
  readonly connections?: number
  /** Whether reads, saves and events that come at the same time go in one call. Default: true. */
  readonly batches?: boolean
}

export interface SidecarCall {
  readonly method: 'GET' | 'POST' | 'DELETE'
  readonly path: string
  /** What is addressed, for error messages. */
  readonly target: string
  readonly headers?: Readonly<Record<string, string>>
  /** JSON. */
  readonly body?: string
  /** The longest it may take, in milliseconds. Default: `callMs`. */
  readonly ms?: number | undefined
}

export interface SidecarAnswer {
  readonly status: number
  readonly etag: string | undefined
  readonly text: string
}

export interface Transport {
  /** @throws SidecarUnavailable when there is no answer in time */
  call(call: SidecarCall): Promise<SidecarAnswer>
  close(): Promise<void>
}

const reasonOf = (error: unknown): string => (error instanceof Error ? `${error.name}: ${error.message}` : String(error))

/** Ends the work after a time. An emitter and a timer cost a third of `AbortSignal.timeout`, once for each call. */
const inTime = async <T>(ms: number, work: (signal: EventEmitter) => Promise<T>): Promise<T> => {
  const signal = new EventEmitter()
  const timer = setTimeout(() => { signal.emit('abort') }, ms)
  try {
    return await work(signal)
  } finally {
    clearTimeout(timer)
  }
}

/** One pool of connections to the sidecar. */
export const createTransport = ({ origin, apiToken, callMs, connections = 128 }: HttpSidecarOptions): Transport => {
  const pool = new Pool(origin, { connections })
  const common = apiToken === undefined ? {} : { 'dapr-api-token': apiToken }
  const send = async ({ method, path, headers, body }: SidecarCall, signal: EventEmitter): Promise<SidecarAnswer> => {
    const content = body === undefined ? {} : { 'content-type': 'application/json' }
    const trace = joinTrace()
    const response = await pool.request({ method, path, headers: { ...trace.headers, ...common, ...content, ...headers }, body: body ?? null, signal })
    const { etag, traceparent } = response.headers
    trace.onAnswer(traceparent)
    return { status: response.statusCode, etag: Array.isArray(etag) ? etag[0] : etag, text: await response.body.text() }
  }
  return {
    call: async (call) => {
      const ms = Math.floor(Math.min(call.ms ?? callMs, remainingMs()))
      if (ms <= 0) throw new SidecarUnavailable(call.target, 'the time budget of the request is used up')
      try {
        return await inTime(ms, (signal) => send(call, signal))
      } catch (error) {
        throw new SidecarUnavailable(call.target, reasonOf(error))
      }
    },
    close: () => pool.destroy(),
  }
}
