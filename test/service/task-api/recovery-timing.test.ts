import { expect, test } from '@jest/globals'

import { recovery } from '../../../config/tasks/index.ts'
import { limits } from '../../../service/limits.ts'

test('a lease outlives two renewals that fail, each with the read and the write that it takes', () => {
  expect(recovery.leaseMs).toBeGreaterThan(2 * recovery.heartbeatMs + limits.sidecarCallMs)
})

test('the promise leaves time for slow looks, and half of it for completing what was found', () => {
  const slowLooks = 2 * 2 * limits.sidecarCallMs
  expect(recovery.noticedMs + slowLooks).toBeLessThanOrEqual(recovery.promisedMs / 2)
})

test('what the replica itself left unfinished is tried well within the promise', () => {
  expect(recovery.retryMs).toBeLessThan(recovery.promisedMs / 10)
})
