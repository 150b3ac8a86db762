import { expect, test } from '@jest/globals'

import { withApp } from '../../config/orders.ts'
import { find, namesOf } from '../manifest.ts'
import { ordersObjects } from '../orders-chart.ts'

test('a subscription leads one topic to the route of one app, and what it refuses to the dead-letter topic', () => {
  expect(find(ordersObjects(), 'Subscription', 'billing-orders')).toMatchObject({
    apiVersion: 'dapr.io/v2alpha1',
    metadata: { namespace: 'market' },
    scopes: ['billing'],
    spec: { pubsubname: 'bus', topic: 'orders', routes: { default: '/events/orders' }, deadLetterTopic: 'orders-dead-letter' },
  })
})

test('two apps with the same topic have a subscription each', () => {
  const objects = ordersObjects({ stack: withApp('stock', { state: ['store'], subscribes: { orders: { name: 'stock-orders', marks: 'store' } } }) })
  expect(namesOf(objects, 'Subscription')).toEqual(['billing-orders', 'billing-orders-dead-letter', 'stock-orders', 'stock-orders-dead-letter'])
  expect(find(objects, 'Subscription', 'stock-orders').scopes).toEqual(['stock'])
})

test('a subscription\'s dead letters come back to the app, as they were, and round again when they cannot be kept', () => {
  expect(find(ordersObjects(), 'Subscription', 'billing-orders-dead-letter')).toEqual({
    apiVersion: 'dapr.io/v2alpha1',
    kind: 'Subscription',
    metadata: { name: 'billing-orders-dead-letter', namespace: 'market', labels: expect.anything() },
    scopes: ['billing'],
    spec: {
      pubsubname: 'bus',
      topic: 'orders-dead-letter',
      routes: { default: '/dead-letters/orders' },
      deadLetterTopic: 'orders-dead-letter',
      metadata: { rawPayload: 'true', deadLettersOf: 'orders', keptIn: 'store', replayedBy: 'shop' },
    },
  })
})
