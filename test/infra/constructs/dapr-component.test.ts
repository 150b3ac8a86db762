import { expect, test } from '@jest/globals'

import { PubSub, StateStore } from '../../../infra/constructs/index.ts'
import { withApp } from '../../config/orders.ts'
import { find, namesOf } from '../manifest.ts'
import { backends, ordersObjects } from '../orders-chart.ts'

const component = (name: string, objects = ordersObjects()) => find(objects, 'Component', name)

test('each component of the config is a Dapr Component of its name in the namespace', () => {
  expect(namesOf(ordersObjects(), 'Component')).toEqual(['store', 'bus', 'vault'])
  expect(component('store')).toMatchObject({ apiVersion: 'dapr.io/v1alpha1', metadata: { namespace: 'market' } })
})

test('a component is what its backend says', () => {
  expect(component('store').spec).toEqual({ type: 'state.redis', version: 'v1', metadata: [{ name: 'redisHost', value: 'redis:6379' }] })
  expect(component('vault').spec).toEqual({ type: 'secretstores.kubernetes', version: 'v1', metadata: [] })
})

test('a component is loaded by the apps that use it and by no other', () => {
  expect(component('store').scopes).toEqual(['billing', 'shop'])
  expect(component('bus').scopes).toEqual(['billing', 'shop'])
  expect(component('vault').scopes).toEqual(['shop'])
})

test('a pubsub lets each app publish and hear its own topics and dead letters; every app is named, for Dapr lets the others do anything', () => {
  expect(component('bus', ordersObjects({ stack: withApp('stock', {}) })).spec).toMatchObject({
    metadata: [
      { name: 'redisHost', value: 'redis:6379' },
      { name: 'streamTTL', value: '168h' },
      { name: 'publishingScopes', value: 'shop=orders;billing=orders-dead-letter;stock=' },
      { name: 'subscriptionScopes', value: 'shop=;billing=orders,orders-dead-letter;stock=' },
    ],
  })
})

test('a component that no app uses is loaded by none, for an empty list would mean all', () => {
  const unused = component('vault', ordersObjects({ stack: withApp('shop', { secrets: {} }) }))
  expect(unused.scopes).toEqual(['no-app-uses-this-component'])
})

test('a password is named by its Secret and key, where Dapr reads it', () => {
  const password = { secret: 'redis-login', key: 'password' }
  const store = StateStore.redis({ host: 'r:1', password, tls: true })
  expect(component('store', ordersObjects({ backends: { ...backends, store } })).spec).toMatchObject({
    metadata: [
      { name: 'redisHost', value: 'r:1' },
      { name: 'redisPassword', secretKeyRef: { name: 'redis-login', key: 'password' } },
      { name: 'enableTLS', value: 'true' },
    ],
  })
})

test('numbers become the strings that Dapr takes', () => {
  expect(PubSub.redis({ host: 'r:1', concurrency: 4 }).metadata).toContainEqual({ name: 'concurrency', value: '4' })
})
