import { describe, expect, test } from '@jest/globals'
import { z } from 'zod'

import { type AnyStack, defaultDelivery, defaultResilience } from '../../../config/define/index.ts'
import { orders, withApp } from '../../config/orders.ts'
import { find, namesOf } from '../manifest.ts'
import { ordersObjects } from '../orders-chart.ts'

const resiliency = (app: string, stack: AnyStack = orders) => find(ordersObjects({ stack }), 'Resiliency', app)
const inbound = { retry: 'delivery', timeout: 'delivery' }
const outbound = { timeout: 'component' }
const method = { request: z.object({}), response: z.object({}) }
const withMethods = (methods: Record<string, { idempotent?: boolean }>): AnyStack => {
  const served = Object.fromEntries(Object.entries(methods).map(([name, extra]) => [name, { ...method, ...extra }]))
  const { services } = withApp('billing', { methods: served })
  return { ...orders, services: { ...services, shop: { port: 8000, ...services['shop'], invokes: { billing: Object.keys(methods) } } } }
}

test('each app has its own, and its sidecar alone reads it', () => {
  expect(namesOf(ordersObjects(), 'Resiliency')).toEqual(['shop', 'billing'])
  for (const app of ['shop', 'billing']) expect(resiliency(app).scopes).toEqual([app])
})

describe('what is handed to an app', () => {
  test('has a retry and a timeout on every subscribed pubsub', () => {
    expect(resiliency('billing').spec).toEqual({
      policies: {
        retries: { delivery: { policy: 'exponential', maxInterval: '10s', maxRetries: 6 } },
        timeouts: { delivery: '5s', component: '5s' },
      },
      targets: { apps: {}, components: { bus: { inbound, outbound }, store: { outbound } } },
    })
  })

  test('has the policies of the config', () => {
    const stack = { ...orders, delivery: { ...defaultDelivery, maxRetries: 2, timeoutSeconds: 3, maxIntervalSeconds: 4 } }
    expect(resiliency('billing', stack).spec).toMatchObject({
      policies: { retries: { delivery: { maxInterval: '4s', maxRetries: 2 } }, timeouts: { delivery: '3s' } },
    })
  })
})

describe('a call of a component', () => {
  test('is bounded, and neither repeated nor broken off', () => {
    expect(resiliency('shop').spec).toMatchObject({ targets: { components: { bus: { outbound }, store: { outbound }, vault: { outbound } } } })
    for (const app of ['shop', 'billing']) expect(JSON.stringify(resiliency(app).spec)).not.toMatch(/"outbound":\{[^}]*(retry|circuitBreaker)/)
  })
})

describe('an invocation', () => {
  test('is bounded and broken off, but not repeated, unless its method says that it may be', () => {
    expect(resiliency('shop').spec).toMatchObject({
      policies: { timeouts: { invocation: '2s' }, circuitBreakers: { invocation: { maxRequests: 1, timeout: '2s', trip: 'consecutiveFailures >= 20' } } },
      targets: { apps: { billing: { timeout: 'invocation', circuitBreaker: 'invocation' } } },
    })
    expect(JSON.stringify(resiliency('shop').spec)).not.toContain('retry')
  })

  test('of an idempotent method is repeated, after failures of the callee and the way to it only', () => {
    expect(resiliency('shop', withMethods({ charge: { idempotent: true } })).spec).toMatchObject({
      policies: { retries: { invocation: { policy: 'constant', duration: '200ms', maxRetries: 10, matching: { httpStatusCodes: '500-599', gRPCStatusCodes: '14' } } } },
      targets: { apps: { billing: { retry: 'invocation' } } },
    })
  })

  test('is not repeated where the app invokes another method that may not be: Dapr knows apps, not methods', () => {
    expect(JSON.stringify(resiliency('shop', withMethods({ charge: { idempotent: true }, refund: {} })).spec)).not.toContain('retry')
  })

  test('has the policies of the config', () => {
    const stack = { ...withMethods({ charge: { idempotent: true } }), resilience: { ...defaultResilience, attemptSeconds: 1, pauseMs: 50, maxRetries: 3, breakerFailures: 9, breakerSeconds: 4 } }
    expect(resiliency('shop', stack).spec).toMatchObject({
      policies: {
        timeouts: { invocation: '1s' },
        retries: { invocation: { duration: '50ms', maxRetries: 3 } },
        circuitBreakers: { invocation: { timeout: '4s', trip: 'consecutiveFailures >= 9' } },
      },
    })
  })
})
