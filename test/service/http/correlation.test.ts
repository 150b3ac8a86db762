import { expect, test } from '@jest/globals'

import { correlationIdOf } from '../../../service/http/index.ts'

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736'

test.each([
  ['the trace id', `00-${traceId}-00f067aa0ba902b7-01`, traceId],
  ['the request id without a trace', undefined, 'request-1'],
  ['the request id with a trace that is none', `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`, 'request-1'],
  ['the request id with something else in the header', 'hello', 'request-1'],
])('what a request causes is tied together by %s', (_what, traceparent, expected) => {
  expect(correlationIdOf({ headers: traceparent === undefined ? {} : { traceparent }, id: 'request-1' })).toBe(expected)
})
