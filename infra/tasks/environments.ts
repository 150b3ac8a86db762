import type { TaskStack } from '../../config/tasks/index.ts'
import { type AppSettings, type Backends, kafkaAddress, PubSub, redisAddress, SecretStore, StateStore } from '../constructs/index.ts'

/** A server that an environment brings along; `storage` is the size of its volume. */
export type Server =
  | { readonly kind: 'redis'; readonly name: string; readonly storage: string }
  | { readonly kind: 'kafka'; readonly name: string; readonly storage: string; readonly partitions: number }

/** What differs between the places the task stack runs in. */
export interface Environment {
  /** What stands behind each component of the config. */
  readonly backends: Backends<TaskStack>
  readonly servers: readonly Server[]
  readonly apps: Readonly<Record<keyof TaskStack['services'], AppSettings>>
}

const small: AppSettings = {
  replicas: 2,
  servicePort: 80,
  resources: { requests: { cpu: '100m', memory: '128Mi' }, limits: { cpu: '500m', memory: '256Mi' } },
}

const redis = { kind: 'redis', name: 'redis-master', storage: '1Gi' } as const
const kafka = { kind: 'kafka', name: 'kafka', storage: '1Gi', partitions: 3 } as const

/** A Redis without password in the namespace is both store and broker. Nothing to prepare, nothing to rely on in production. */
const dev: Environment = {
  backends: {
    statestore: StateStore.redis({ host: redisAddress(redis.name) }),
    pubsub: PubSub.redis({ host: redisAddress(redis.name) }),
    'kubernetes-secrets': SecretStore.kubernetes(),
  },
  servers: [redis],
  apps: { 'task-api': small, 'notification-service': small },
}

/** The same, with a Kafka of one node as the broker. */
const withKafka: Environment = {
  ...dev,
  backends: { ...dev.backends, pubsub: PubSub.kafka({ brokers: kafkaAddress(kafka.name) }) },
  servers: [redis, kafka],
}

const secured: AppSettings = { ...small, replicas: 3, tokens: { api: 'dapr-api-token', app: 'dapr-app-token' } }

/**
 * A Redis and a Kafka that are there already. Where they are and how to log in stands in the Secrets `redis` (keys `host`,
 * `password`) and `kafka` (keys `brokers`, `user`, `password`) of the namespace; docs/deploy.md creates them.
 */
const production: Environment = {
  backends: {
    statestore: StateStore.redis({ host: { secret: 'redis', key: 'host' }, password: { secret: 'redis', key: 'password' }, tls: true }),
    pubsub: PubSub.kafka({
      brokers: { secret: 'kafka', key: 'brokers' },
      credentials: { user: { secret: 'kafka', key: 'user' }, password: { secret: 'kafka', key: 'password' } },
      tls: true,
    }),
    'kubernetes-secrets': SecretStore.kubernetes(),
  },
  servers: [],
  apps: { 'task-api': secured, 'notification-service': secured },
}

/** The presets, by the value of STACK_ENV. */
export const environments = { dev, kafka: withKafka, production }

export type EnvironmentName = keyof typeof environments
