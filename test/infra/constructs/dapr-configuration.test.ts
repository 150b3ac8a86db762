import { expect, test } from '@jest/globals'

import { withApp } from '../../config/orders.ts'
import { find, namesOf } from '../manifest.ts'
import { ordersObjects } from '../orders-chart.ts'

const charge = { name: '/charge', httpVerb: ['POST'], action: 'allow' }
const caller = (appId: string) => ({ appId, namespace: 'market', trustDomain: 'public', defaultAction: 'deny', operations: [charge] })
const accessTo = (app: string, objects = ordersObjects()) => find(objects, 'Configuration', app).spec

test('every app has a configuration of its own', () => {
  expect(namesOf(ordersObjects(), 'Configuration')).toEqual(['shop', 'billing'])
})

test('a callee lets in its callers, each to the methods it invokes', () => {
  expect(accessTo('billing')).toEqual({ accessControl: { defaultAction: 'deny', trustDomain: 'public', policies: [caller('shop')] } })
})

test('an app that nobody invokes lets nobody in', () => {
  expect(accessTo('shop')).toEqual({ accessControl: { defaultAction: 'deny', trustDomain: 'public', policies: [] } })
})

test('two callers have a policy each', () => {
  const objects = ordersObjects({ stack: withApp('stock', { invokes: { billing: ['charge'] } }) })
  expect(accessTo('billing', objects)).toMatchObject({ accessControl: { policies: [caller('shop'), caller('stock')] } })
})
