import { describe, expect, test } from '@jest/globals'

import {
  appHealth, closingSeconds, defaultDelivery, defaultResilience, defaultShutdown, defineStack, processingSeconds, resilienceLimits, shutdownLimits, shutdownTimes,
} from '../../config/define/index.ts'

const { drainSeconds: { min, max } } = shutdownLimits

describe.each([min, defaultShutdown.drainSeconds, 60, max])('of a pod that drains for %d s', (drainSeconds) => {
  const { blockSeconds, gracefulSeconds, terminationGraceSeconds } = shutdownTimes({ drainSeconds })
  const seenGoneSeconds = appHealth.intervalSeconds * (appHealth.threshold + 1)

  test('the sidecar outlives the app, until it has seen that the app is gone', () => {
    expect(blockSeconds).toBeGreaterThanOrEqual(drainSeconds + closingSeconds + seenGoneSeconds)
  })

  test('Kubernetes waits for the last delivery, for the app and for the sidecar', () => {
    expect(terminationGraceSeconds).toBeGreaterThan(30 + blockSeconds + gracefulSeconds)
  })
})

test('a delivery under way when the pod is told to end, ends before the app does', () => {
  expect(defaultShutdown.drainSeconds).toBeGreaterThanOrEqual(defaultDelivery.timeoutSeconds)
})

test('a sidecar gives up a probe before the next, and notices a sick app before its events go to another', () => {
  expect(appHealth.timeoutMs).toBeLessThan(appHealth.intervalSeconds * 1000)
  expect(appHealth.intervalSeconds * appHealth.threshold).toBeLessThan(processingSeconds)
})

test('the defaults are within the limits, and hold where a stack says nothing', () => {
  for (const [key, { min: least, max: most }] of Object.entries(resilienceLimits)) {
    const value = defaultResilience[key as keyof typeof defaultResilience] // the limits have its keys
    expect([value >= least, value <= most]).toEqual([true, true])
  }
  const { resilience, shutdown } = defineStack({ components: {}, topics: {}, services: {}, resilience: { pauseMs: 100 }, shutdown: { drainSeconds: 20 } })
  expect([resilience, shutdown]).toEqual([{ ...defaultResilience, pauseMs: 100 }, { drainSeconds: 20 }])
})
