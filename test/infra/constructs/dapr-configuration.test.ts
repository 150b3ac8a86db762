import { describe, expect, test } from '@jest/globals'

import { z } from 'zod'

import { withApp } from '../../config/orders.ts'
import { find, namesOf, podOf } from '../manifest.ts'
import { ordersObjects } from '../orders-chart.ts'

const charge = { name: '/charge', httpVerb: ['POST'], action: 'allow' }
const caller = (appId: string) => ({ appId, namespace: 'market', trustDomain: 'public', defaultAction: 'deny', operations: [charge] })
const accessTo = (app: string, objects = ordersObjects()) => find(objects, 'Configuration', app).spec

test('every app has a configuration of its own', () => {
  expect(namesOf(ordersObjects(), 'Configuration')).toEqual(['shop', 'billing'])
})

test('a callee lets in its callers, each to the methods it invokes', () => {
  expect(accessTo('billing')).toMatchObject({ accessControl: { defaultAction: 'deny', trustDomain: 'public', policies: [caller('shop')] } })
})

test('an app that nobody invokes lets nobody in', () => {
  expect(accessTo('shop')).toMatchObject({ accessControl: { defaultAction: 'deny', trustDomain: 'public', policies: [] } })
})

test('two callers have a policy each', () => {
  const objects = ordersObjects({ stack: withApp('stock', { invokes: { billing: ['charge'] } }) })
  expect(accessTo('billing', objects)).toMatchObject({ accessControl: { policies: [caller('shop'), caller('stock')] } })
})

describe('the APIs that a sidecar answers', () => {
  const apis = (app: string, objects = ordersObjects()) => (accessTo(app, objects) as { readonly api: { readonly allowed: readonly { readonly name: string; readonly version: string; readonly protocol: string }[] } }).api.allowed
  const named = (app: string, objects = ordersObjects()) => [...new Set(apis(app, objects).map(({ name }) => name))]

  test('are those that the app has a use for', () => {
    expect(named('shop')).toEqual(['metadata', 'state', 'publish', 'invoke', 'secrets'])
    expect(named('billing')).toEqual(['metadata', 'state'])
    expect(named('stock', ordersObjects({ stack: withApp('stock', { jobs: { count: { data: z.object({}) } } }) }))).toEqual(['metadata', 'jobs'])
  })

  test('are the same on both protocols, for one without a rule is open', () => {
    const on = (wanted: string) => apis('shop').filter(({ protocol }) => protocol === wanted).map(({ name }) => name)
    expect(on('grpc')).toEqual(on('http'))
    expect(apis('shop').every(({ version }) => version === 'v1')).toBe(true)
  })
})

test('an app reads the secrets that are named for it, and of no other store any', () => {
  const scopes = (app: string) => (accessTo(app) as { readonly secrets: { readonly scopes: unknown } }).secrets.scopes
  expect(scopes('shop')).toEqual([
    { storeName: 'kubernetes', defaultAccess: 'deny' },
    { storeName: 'vault', defaultAccess: 'deny', allowedSecrets: ['api-key'] },
  ])
  expect(scopes('billing')).toEqual([{ storeName: 'kubernetes', defaultAccess: 'deny' }, { storeName: 'vault', defaultAccess: 'deny' }])
})

describe('traces', () => {
  const zipkin = { samplingRate: 0.5, zipkin: { endpointAddress: 'http://zipkin:9411/api/v2/spans' } } as const

  test('go nowhere unless the stack says where', () => {
    expect(accessTo('shop')).not.toHaveProperty('tracing')
  })

  test.each([
    [zipkin, { samplingRate: '0.5', zipkin: zipkin.zipkin }],
    [
      { samplingRate: 1, otel: { endpointAddress: 'collector:4317', isSecure: true, protocol: 'grpc' } } as const,
      { samplingRate: '1', otel: { endpointAddress: 'collector:4317', isSecure: true, protocol: 'grpc' } },
    ],
  ])('of every app go where the stack says: %j', (tracing, spec) => {
    for (const app of ['shop', 'billing']) expect(accessTo(app, ordersObjects({ tracing }))).toMatchObject({ tracing: spec })
  })

  test('that go elsewhere roll the pods, for a sidecar reads it when it starts', () => {
    const digestOf = (objects: ReturnType<typeof ordersObjects>) => podOf(find(objects, 'Deployment', 'shop')).metadata.annotations?.['dapr-stack/config-digest']
    expect(digestOf(ordersObjects({ tracing: zipkin }))).not.toBe(digestOf(ordersObjects()))
  })

  test.each([-0.1, 2, Number.NaN])('fails for the sampling rate %d', (samplingRate) => {
    expect(() => ordersObjects({ tracing: { ...zipkin, samplingRate } })).toThrow(`tracing.samplingRate is ${samplingRate}; use a number from 0`)
  })
})
