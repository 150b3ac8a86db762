import { AsyncLocalStorage } from 'node:async_hooks'
import type { IncomingHttpHeaders } from 'node:http'

/** Headers of a request that go with every call which it causes. */
export type TraceHeaders = Readonly<Record<string, string>>

/** A sidecar refuses calls with more than 4 KiB of headers, and what a client sends must not make one. */
const passed = {
  traceparent: /^[\da-f]{2}-[\da-f]{32}-[\da-f]{16}-[\da-f]{2}$/,
  tracestate: /^[\x20-\x7e]{1,512}$/,
} as const

const traces = new AsyncLocalStorage<TraceHeaders>()

const names = ['traceparent', 'tracestate'] as const

/** What ties a request to what it causes: its id, and its W3C trace context. */
export const traceHeadersOf = (headers: IncomingHttpHeaders, requestId: string): TraceHeaders => {
  const kept: Record<string, string> = { 'x-request-id': requestId }
  for (const name of names) {
    const value = headers[name]
    if (typeof value === 'string' && passed[name].test(value)) kept[name] = value
  }
  return kept
}

/** Runs `work` so that all sidecar calls in it carry these headers. */
export const withTrace = <T>(headers: TraceHeaders, work: () => T): T => traces.run(headers, work)

/** The headers of the current request; none outside of one. */
export const currentTrace = (): TraceHeaders => traces.getStore() ?? {}
