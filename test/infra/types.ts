// Checked by `npm run types`, never run: each @ts-expect-error stands at the mistake and fails when the mistake compiles.
import { PubSub, SecretStore, StateStore } from '../../infra/constructs/index.ts'

const password = { secret: 'db', key: 'password' } as const

export const sound = () => [
  StateStore.redis({ host: 'redis:6379', password, metadata: { redisDB: 1, dialTimeout: '500ms', keyPrefix: 'name' } }),
  StateStore.of('state.postgresql', { connectionString: { secret: 'db', key: 'url' }, timeout: '20s', maxConns: 10 }),
  StateStore.of('state.postgresql/v1', { connectionString: { secret: 'db', key: 'url' } }),
  PubSub.kafka({ brokers: 'kafka:9092', metadata: { maxMessageBytes: 1_048_576, compression: 'zstd' } }),
  PubSub.jetStream({ url: 'nats://nats:4222', metadata: { replicas: 3 } }),
  PubSub.of('pubsub.rabbitmq', { connectionString: { secret: 'rabbit', key: 'url' }, durable: true }),
  PubSub.of('pubsub.kafka', { brokers: 'kafka:9092', authType: 'password', saslUsername: 'shop', saslPassword: password }),
  SecretStore.of('secretstores.hashicorp.vault', { vaultAddr: 'https://vault:8200', vaultToken: { secret: 'vault', key: 'token' } }),
]

// @ts-expect-error -- no such component
export const unknownType = () => StateStore.of('state.postgre', {})

// @ts-expect-error -- a broker is no state store
export const otherKind = () => StateStore.of('pubsub.kafka', { brokers: 'kafka:9092', authType: 'none' })

// @ts-expect-error -- no version v3
export const unknownVersion = () => StateStore.of('state.postgresql/v3', { connectionString: password })

// @ts-expect-error -- the connection string is missing
export const missing = () => StateStore.of('state.postgresql', { timeout: '20s' })

// @ts-expect-error -- a secret is taken by reference
export const secretLiteral = () => StateStore.of('state.postgresql', { connectionString: 'host=db password=hunter2' })

// @ts-expect-error -- a secret is taken by reference
export const passwordLiteral = () => StateStore.redis({ host: 'redis:6379', password: 'hunter2' })

// @ts-expect-error -- a secret is taken by reference
export const furtherLiteral = () => StateStore.redis({ host: 'redis:6379', metadata: { sentinelPassword: 'hunter2' } })

// @ts-expect-error -- misspelt
export const unknownItem = () => PubSub.kafka({ brokers: 'kafka:9092', metadata: { schemaFormat: 'avro' } })

// @ts-expect-error -- the method has it already
export const takenItem = () => StateStore.redis({ host: 'redis:6379', metadata: { redisHost: 'other:6379' } })

// @ts-expect-error -- what an app may publish on is derived
export const derivedItem = () => PubSub.kafka({ brokers: 'kafka:9092', metadata: { publishingScopes: 'shop=orders' } })

// @ts-expect-error -- no duration
export const wrongDuration = () => StateStore.redis({ host: 'redis:6379', metadata: { dialTimeout: '5 seconds' } })

// @ts-expect-error -- not one of the values
export const wrongValue = () => PubSub.of('pubsub.kafka', { brokers: 'kafka:9092', authType: 'none', initialOffset: 'latest' })

// @ts-expect-error -- this way to log in has a password too
export const halfLogin = () => PubSub.of('pubsub.kafka', { brokers: 'kafka:9092', authType: 'password', saslUsername: 'shop' })

// @ts-expect-error -- a number, not a text
export const wrongType = () => PubSub.kafka({ brokers: 'kafka:9092', metadata: { maxMessageBytes: '1024' } })
