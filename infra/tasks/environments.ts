import type { TaskStack } from '../../config/tasks/index.ts'
import { type AppSettings, type Backends, kafkaAddress, natsUrl, type NetworkSettings, PubSub, redisAddress, SecretStore, StateStore, type Tracing } from '../constructs/index.ts'

/** A server that an environment brings along; `storage` is the size of its volume. */
export type Server =
  | { readonly kind: 'redis'; readonly name: string; readonly storage: string }
  | { readonly kind: 'kafka'; readonly name: string; readonly storage: string }
  | { readonly kind: 'nats'; readonly name: string; readonly storage: string }
  /** A NATS server that the local run starts. */
  | { readonly kind: 'local-nats'; readonly name: string }

/** What differs between the places the task stack runs in. */
export interface Environment {
  /** What stands behind each component of the config. */
  readonly backends: Backends<TaskStack>
  readonly servers: readonly Server[]
  readonly apps: Readonly<Record<keyof TaskStack['services'], AppSettings>>
  /** Where the sidecars send their part of traces. Default: nowhere. */
  readonly tracing?: Tracing
  /** What NetworkPolicies need to know of the cluster. Default: what Dapr's and Kubernetes' documentation install. */
  readonly network?: NetworkSettings
}

const small: AppSettings = {
  replicas: 2,
  servicePort: 80,
  resources: { requests: { cpu: '100m', memory: '128Mi' }, limits: { cpu: '500m', memory: '256Mi' } },
}

const redis = { kind: 'redis', name: 'redis-master', storage: '1Gi' } as const
const kafka = { kind: 'kafka', name: 'kafka', storage: '1Gi' } as const
const nats = { kind: 'nats', name: 'nats', storage: '1Gi' } as const

/** Handlers wait for the store most of the time, and what they ask at one time is asked in one call: with Dapr's own 10 events wait for each other. */
const handledAtOnce = 40

/** A Redis without password in the namespace is both store and broker. Nothing to prepare, nothing to rely on in production. */
const dev: Environment = {
  backends: {
    statestore: StateStore.redis({ host: redisAddress(redis.name) }),
    'notification-store': StateStore.redis({ host: redisAddress(redis.name) }),
    pubsub: PubSub.redis({ host: redisAddress(redis.name), concurrency: handledAtOnce }),
    'kubernetes-secrets': SecretStore.kubernetes(),
  },
  servers: [redis],
  apps: { 'task-api': small, 'notification-service': small, 'ai-service': small },
}

/** The same, with a Kafka of one node as the broker. */
const withKafka: Environment = {
  ...dev,
  backends: { ...dev.backends, pubsub: PubSub.kafka({ brokers: kafkaAddress(kafka.name) }) },
  servers: [redis, kafka],
}

/** The same, with a NATS of one node as the broker. */
const withJetStream: Environment = {
  ...dev,
  backends: { ...dev.backends, pubsub: PubSub.jetStream({ url: natsUrl(nats.name) }) },
  servers: [redis, nats],
}

/** Addresses of servers are in Secrets, so NetworkPolicies go by their ports: 6380 and 9094, which docs/deploy.md uses. The range of addresses narrows it (`cidr`). */
const securedRedis = StateStore.redis({ host: { secret: 'redis', key: 'host' }, password: { secret: 'redis', key: 'password' }, tls: true, targets: [{ ports: [6380] }] })

const secured: AppSettings = {
  ...small,
  replicas: 3,
  tokens: { api: 'dapr-api-token', app: 'dapr-app-token' },
  authorities: 'authorities',
  variables: 'callers',
  // The keys of the issuer that `callers` may name.
  reaches: [{ ports: [443] }],
}

/**
 * A Redis and a Kafka that are there already. Where they are and how to log in stands in the Secrets `redis` (keys `host`,
 * `password`) and `kafka` (keys `brokers`, `user`, `password`) of the namespace; docs/deploy.md creates them. Sidecars trust the
 * certificates in the ConfigMap `authorities`, where there is one, beside the public ones. Whose tokens authenticate callers stands in
 * the ConfigMap `callers`; where there is none, callers are not authenticated.
 */
const production: Environment = {
  backends: {
    statestore: securedRedis,
    'notification-store': securedRedis,
    pubsub: PubSub.kafka({
      brokers: { secret: 'kafka', key: 'brokers' },
      credentials: { user: { secret: 'kafka', key: 'user' }, password: { secret: 'kafka', key: 'password' } },
      tls: true,
      targets: [{ ports: [9094] }],
    }),
    'kubernetes-secrets': SecretStore.kubernetes(),
  },
  servers: [],
  apps: { 'task-api': secured, 'notification-service': secured, 'ai-service': secured },
}

const url = (app: keyof TaskStack['services']): string => `{${app}}`
const id = `sed 's/.*"id":"\\([^"]*\\).*/\\1/'`

/** One machine without a cluster (`npm start`): files, and a NATS that the run starts, stand behind the components. */
const local: Environment = {
  backends: {
    statestore: StateStore.sqlite({ file: 'state.db' }),
    'notification-store': StateStore.sqlite({ file: 'notifications.db' }),
    pubsub: PubSub.jetStream({ url: natsUrl(nats.name) }),
    'kubernetes-secrets': SecretStore.localFile({ file: 'secrets.json' }),
  },
  servers: [{ kind: 'local-nats', name: nats.name }],
  apps: {
    'task-api': {
      ...small,
      replicas: 1,
      examples: [
        `ID=$(curl -s ${url('task-api')}/tasks -H 'content-type: application/json' -d '{"title": "Learn Dapr"}' | ${id}); echo $ID`,
        `curl -X PUT "${url('task-api')}/tasks/$ID/status?status=completed"`,
        `curl ${url('notification-service')}/notifications/$ID-2`,
      ],
    },
    'notification-service': { ...small, replicas: 1 },
    'ai-service': { ...small, replicas: 1 },
  },
}

/** The presets, by the value of STACK_ENV. */
export const environments = { dev, kafka: withKafka, jetstream: withJetStream, production, local }

export type EnvironmentName = keyof typeof environments
