import { currentTrace, type TraceHeaders } from './request-trace.ts'

/** Traces that sidecars began for requests that came without one, by the request's own headers. */
const begun = new WeakMap<TraceHeaders, TraceHeaders>()

/** The lowest bit of the flags, which end a `traceparent`. */
const sampled = /[13579bdf]$/

const hasTrace = (headers: TraceHeaders): boolean => 'traceparent' in headers

/** The trace headers of a call in the current request, and what tells of the trace that its answer is part of. */
export const joinTrace = (): { readonly headers: TraceHeaders; readonly onAnswer: (traceparent: unknown) => void } => {
  const request = currentTrace()
  return {
    headers: { ...begun.get(request), ...request },
    // The sidecar decides by its sampling rate whether a trace is recorded, so it begins the trace and later calls join it.
    onAnswer: (traceparent) => {
      if (typeof traceparent === 'string' && !hasTrace(request) && !begun.has(request)) begun.set(request, { traceparent })
    },
  }
}

/** Whether the current request is part of a trace that is recorded: its calls are seen one by one then. */
export const isTraceSampled = (): boolean => {
  const request = currentTrace()
  const traceparent = request['traceparent'] ?? begun.get(request)?.['traceparent']
  return traceparent !== undefined && sampled.test(traceparent)
}
