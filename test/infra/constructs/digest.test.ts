import { describe, expect, test } from '@jest/globals'
import { z } from 'zod'

import { type AnyStack, graphOf } from '../../../config/define/index.ts'
import { StateStore } from '../../../infra/constructs/index.ts'
import { configDigest } from '../../../infra/constructs/digest.ts'
import { orders, withApp } from '../../config/orders.ts'
import { find, podOf } from '../manifest.ts'
import { backends, ordersObjects } from '../orders-chart.ts'

const digests = (stack: AnyStack = orders, behind = backends) => ({
  shop: configDigest(stack, graphOf(stack), 'shop', behind),
  billing: configDigest(stack, graphOf(stack), 'billing', behind),
})
const before = digests()
const changed = (after: typeof before) => Object.keys(before).filter((app) => before[app as keyof typeof before] !== after[app as keyof typeof before])

const withEvents = (events: AnyStack['topics'][string]['events']): AnyStack => ({ ...orders, topics: { orders: { pubsub: 'bus', events } } })

test('the digest stands on the pod template, so that a change rolls the pods', () => {
  const { annotations } = podOf(find(ordersObjects(), 'Deployment', 'shop')).metadata
  expect(annotations?.['dapr-stack/config-digest']).toBe(before.shop)
  expect(before.shop).toMatch(/^[0-9a-f]{16}$/)
})

test('the digest of the same config is the same', () => {
  expect(digests()).toEqual(before)
})

test('the digest is the same when only words for people, or what is stored, change', () => {
  expect(digests(withEvents({ placed: z.object({ id: z.string().describe('of the order') }).meta({ title: 'Placed' }) }))).toEqual(before)
  expect(digests(withApp('shop', { documents: { order: z.object({}) } }))).toEqual(before)
})

describe('the digest changes for the apps concerned, and for no other, with', () => {
  test('the backend of a component', () => {
    expect(changed(digests(orders, { ...backends, store: StateStore.redis({ host: 'other:6379' }) }))).toEqual(['shop', 'billing'])
  })

  test('the schema of an event, for publisher and subscriber', () => {
    expect(changed(digests(withEvents({ placed: z.object({ id: z.string(), total: z.number() }) })))).toEqual(['shop', 'billing'])
  })

  test('another event on the topic', () => {
    expect(changed(digests(withEvents({ ...orders.topics['orders']?.events, paid: z.object({}) })))).toEqual(['shop', 'billing'])
  })

  test('the delivery, for the subscriber', () => {
    expect(changed(digests({ ...orders, delivery: { ...orders.delivery, maxRetries: 1 } }))).toEqual(['billing'])
  })

  test('what bounds calls, for all', () => {
    expect(changed(digests({ ...orders, resilience: { ...orders.resilience, componentSeconds: 9 } }))).toEqual(['shop', 'billing'])
  })

  test('the contract of a method, for caller and callee', () => {
    const methods = { charge: { request: z.object({ id: z.string(), total: z.number() }), response: z.object({}) } }
    expect(changed(digests(withApp('billing', { methods })))).toEqual(['shop', 'billing'])
  })

  test('the secrets an app reads', () => {
    expect(changed(digests(withApp('shop', { secrets: { vault: ['api-key', 'other'] } })))).toEqual(['shop'])
  })

  test('the name of a subscription', () => {
    expect(changed(digests(withApp('billing', { subscribes: { orders: { name: 'renamed', marks: 'store' } } })))).toEqual(['billing'])
  })

  test('a topic that an app stops publishing', () => {
    const twoPublishers = withApp('billing', { publishes: ['orders'] })
    const onlyShop = configDigest(orders, graphOf(orders), 'billing', backends)
    expect(configDigest(twoPublishers, graphOf(twoPublishers), 'billing', backends)).not.toBe(onlyShop)
  })

  test('an app that comes in beside them', () => {
    expect(changed(digests(withApp('stock', { state: ['store'], subscribes: { orders: { name: 'stock-orders', marks: 'store' } } })))).toEqual([])
  })
})
