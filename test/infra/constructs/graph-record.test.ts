import { expect, test } from '@jest/globals'

import { graphOf } from '../../../config/define/index.ts'
import { orders } from '../../config/orders.ts'
import { find } from '../manifest.ts'
import { ordersObjects } from '../orders-chart.ts'

const record = find(ordersObjects(), 'ConfigMap', 'orders-graph')
const held = (key: string): unknown => JSON.parse((record as { readonly data?: Readonly<Record<string, string>> }).data?.[key] ?? 'null')

test('a stack leaves its graph beside it, found by a label', () => {
  expect(record.metadata.labels).toMatchObject({ 'dapr-stack/record': 'graph', 'app.kubernetes.io/part-of': 'orders' })
  expect(held('graph')).toEqual(JSON.parse(JSON.stringify(graphOf(orders))))
})

test('the contracts are there as JSON schemas: events by topic and type, methods by app', () => {
  const id = { properties: { id: { type: 'string' } } }
  expect(held('contracts')).toMatchObject({
    schemas: {
      events: { orders: { placed: id } },
      methods: { shop: {}, billing: { charge: { request: id, response: { properties: {} } } } },
      documents: { shop: {}, billing: {} },
    },
  })
})
