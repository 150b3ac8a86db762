import { expect, test } from '@jest/globals'

import { stack } from '../../config/tasks/index.ts'
import { limits } from '../../service/limits.ts'

const { resilience, delivery } = stack

test('a service gives up a component before its sidecar does, so that it alone decides what a failure means', () => {
  expect(resilience.componentSeconds * 1000).toBeGreaterThan(limits.sidecarCallMs)
})

test('an invocation has time for two attempts', () => {
  expect(2 * resilience.attemptSeconds * 1000 + resilience.pauseMs).toBeLessThanOrEqual(limits.invocationMs)
})

test('a request in flight ends before it is cut off, and a delivery before its sidecar gives it up', () => {
  expect(limits.requestMs).toBeLessThan(limits.closingMs)
  expect(limits.requestMs).toBeLessThan(delivery.timeoutSeconds * 1000)
})
