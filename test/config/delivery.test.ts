import { describe, expect, test } from '@jest/globals'

import { defaultDelivery, defineStack, deliveryLimits, longestDeliverySeconds, processingSeconds } from '../../config/define/index.ts'

describe('the longest delivery', () => {
  test('of one retry is two timeouts and the first pause at its longest', () => {
    expect(longestDeliverySeconds({ maxRetries: 1, maxIntervalSeconds: 10, timeoutSeconds: 5 })).toBeCloseTo(2 * 5 + 0.75)
  })

  test('adds pauses that grow by half', () => {
    expect(longestDeliverySeconds({ maxRetries: 3, maxIntervalSeconds: 10, timeoutSeconds: 1 })).toBeCloseTo(4 + 0.75 * (1 + 1.5 + 1.5 ** 2))
  })

  test('has no pause longer than the longest interval and the half of it that jitter adds', () => {
    expect(longestDeliverySeconds({ maxRetries: 10, maxIntervalSeconds: 1, timeoutSeconds: 1 })).toBeCloseTo(11 + 0.75 + 0.75 * 1.5 + 8 * 1.5)
  })

  test('is over by default before Redis gives the event away', () => {
    expect(longestDeliverySeconds(defaultDelivery)).toBeLessThan(processingSeconds)
  })
})

test('the default delivery is within the limits', () => {
  expect(Object.entries(deliveryLimits).filter(([key, { min, max }]) => {
    const value = defaultDelivery[key as keyof typeof deliveryLimits]
    return value < min || value > max
  })).toEqual([])
})

test('a stack keeps the default of what its delivery does not say', () => {
  const { delivery } = defineStack({ components: {}, topics: {}, services: {}, delivery: { maxRetries: 2 } })
  expect(delivery).toEqual({ ...defaultDelivery, maxRetries: 2 })
})
