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
  const objects = ordersObjects({ stack: withApp('stock', { subscribes: { orders: { name: 'stock-orders' } } }) })
  expect(namesOf(objects, 'Subscription')).toEqual(['billing-orders', 'stock-orders'])
  expect(find(objects, 'Subscription', 'stock-orders').scopes).toEqual(['stock'])
})
