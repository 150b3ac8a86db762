import { describe, expect, test } from '@jest/globals'

import { type Backend, PubSub, SecretStore, StateStore } from '../../../infra/constructs/index.ts'
import { findingsOf } from '../../../infra/rules/index.ts'

const url = { secret: 'db', key: 'url' }

describe('any component of Dapr as a backend', () => {
  test('is its newest version, with metadata in the order given, secrets by reference', () => {
    expect(StateStore.of('state.postgresql', { connectionString: url, timeout: '20s', maxConns: 10, actorStateStore: true })).toEqual({
      kind: 'state',
      type: 'state.postgresql',
      version: 'v2',
      metadata: [
        { name: 'connectionString', secretKeyRef: url },
        { name: 'timeout', value: '20s' },
        { name: 'maxConns', value: '10' },
        { name: 'actorStateStore', value: 'true' },
      ],
    })
  })

  test('is an older version when that is named', () => {
    expect(StateStore.of('state.postgresql/v1', { connectionString: url })).toMatchObject({ type: 'state.postgresql', version: 'v1' })
  })

  test('is a broker or a secret store just the same', () => {
    expect(PubSub.of('pubsub.rabbitmq', { connectionString: url })).toMatchObject({ kind: 'pubsub', type: 'pubsub.rabbitmq', version: 'v1' })
    expect(SecretStore.of('secretstores.local.env', {})).toEqual({ kind: 'secrets', type: 'secretstores.local.env', version: 'v1', metadata: [] })
  })
})

test('further metadata stands behind what a method itself gives', () => {
  const { metadata } = StateStore.redis({ host: 'redis:6379', metadata: { redisDB: 1, sentinelPassword: { secret: 'redis', key: 'sentinel' } } })
  expect(metadata).toEqual([
    { name: 'redisHost', value: 'redis:6379' },
    { name: 'redisDB', value: '1' },
    { name: 'sentinelPassword', secretKeyRef: { secret: 'redis', key: 'sentinel' } },
  ])
})

test.each<readonly [string, Backend]>([
  ['redis as a store', StateStore.redis({ host: 'redis:6379', password: url, tls: true })],
  ['sqlite', StateStore.sqlite({ file: 'a.db' })],
  ['redis as a broker', PubSub.redis({ host: 'redis:6379', concurrency: 5 })],
  ['kafka', PubSub.kafka({ brokers: 'kafka:9092' })],
  ['kafka with credentials', PubSub.kafka({ brokers: 'kafka:9092', credentials: { user: 'shop', password: url }, tls: true })],
  ['jetstream', PubSub.jetStream({ url: 'nats://nats:4222', token: url })],
  ['memory', PubSub.inMemory()],
  ['kubernetes', SecretStore.kubernetes()],
  ['a file', SecretStore.localFile({ file: 'a.json' })],
])('what %s makes keeps the rules', (_, { type, version, metadata }) => {
  const items = metadata.map((item) => ('secretKeyRef' in item ? { name: item.name, secretKeyRef: { name: item.secretKeyRef.secret, key: item.secretKeyRef.key } } : item))
  expect(findingsOf([{ apiVersion: 'dapr.io/v1alpha1', kind: 'Component', metadata: { name: 'it' }, spec: { type, version, metadata: items }, scopes: ['shop'] }])).toEqual([])
})
