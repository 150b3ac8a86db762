import { expect, test } from '@jest/globals'

import { defaultDelivery } from '../../../config/define/index.ts'
import { orders, withApp } from '../../config/orders.ts'
import { find } from '../manifest.ts'
import { ordersObjects } from '../orders-chart.ts'

const inbound = { retry: 'delivery', timeout: 'delivery' }

test('every subscribed pubsub has a retry and a timeout for what it hands to an app', () => {
  expect(find(ordersObjects(), 'Resiliency', 'orders').spec).toEqual({
    policies: {
      retries: { delivery: { policy: 'exponential', maxInterval: '10s', maxRetries: 6 } },
      timeouts: { delivery: '5s' },
    },
    targets: { components: { bus: { inbound } } },
  })
})

test('the policies are those of the config', () => {
  const stack = { ...orders, delivery: { ...defaultDelivery, maxRetries: 2, timeoutSeconds: 3, maxIntervalSeconds: 4 } }
  expect(find(ordersObjects({ stack }), 'Resiliency', 'orders').spec).toMatchObject({
    policies: { retries: { delivery: { maxInterval: '4s', maxRetries: 2 } }, timeouts: { delivery: '3s' } },
  })
})

test('it holds for the apps that subscribe', () => {
  expect(find(ordersObjects(), 'Resiliency', 'orders').scopes).toEqual(['billing'])
  const both = withApp('shop', { subscribes: { orders: { name: 'shop-orders', marks: 'store' } } })
  expect(find(ordersObjects({ stack: both }), 'Resiliency', 'orders').scopes).toEqual(['shop', 'billing'])
})

test('nothing that saves or reads state is repeated by the runtime', () => {
  expect(JSON.stringify(find(ordersObjects(), 'Resiliency', 'orders'))).not.toContain('outbound')
})
