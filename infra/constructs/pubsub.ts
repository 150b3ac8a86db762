import type { PubsubComponents } from '../../imports/dapr-components.ts'
import { type Backend, backendOf, type BackendOptions, type FurtherMetadata } from './backend.ts'
import { type JetStreamConnection, type JetStreamNames, jetStreamMetadata } from './jetstream-connection.ts'
import { type KafkaConnection, type KafkaNames, kafkaMetadata } from './kafka-connection.ts'
import { targetsAt } from './network-targets.ts'
import { type RedisConnection, type RedisNames, redisMetadata } from './redis-connection.ts'

// What the constructs themselves write: who may use which topic, and how long events stay.
type Derived = 'publishingScopes' | 'subscriptionScopes' | 'consumerID' | 'streamTTL'

export interface RedisPubSubProps extends RedisConnection {
  /**
   * Events a sidecar hands to its app at a time, 1 or more.
   * @default 10 (Dapr's own)
   */
  readonly concurrency?: number
  /**
   * Further metadata of `pubsub.redis`, by Dapr's names.
   * @default - Dapr's defaults
   */
  readonly metadata?: FurtherMetadata<PubsubComponents['pubsub.redis'], RedisNames | Derived | 'concurrency'>
}

export interface KafkaPubSubProps extends KafkaConnection {
  /**
   * Further metadata of `pubsub.kafka`, by Dapr's names.
   * @default - Dapr's defaults
   */
  readonly metadata?: FurtherMetadata<PubsubComponents['pubsub.kafka'], KafkaNames | Derived>
}

export interface JetStreamPubSubProps extends JetStreamConnection {
  /**
   * Further metadata of `pubsub.jetstream`, by Dapr's names.
   * @default - Dapr's defaults
   */
  readonly metadata?: FurtherMetadata<PubsubComponents['pubsub.jetstream'], JetStreamNames | Derived>
}

/** Backends of `pubsub` components. */
export const PubSub = {
  /**
   * Redis Streams as a broker (`pubsub.redis`). Order is not kept; each app is a consumer group of its own. Events stay as long as the
   * topic with the longest retention says, for a component has one time for all its streams. Redis 6.2 or later.
   */
  redis: ({ concurrency, metadata, targets, ...connection }: RedisPubSubProps): Backend<'pubsub'> => ({
    ...backendOf('pubsub', 'pubsub.redis', { ...redisMetadata(connection), concurrency, ...metadata }, targets ?? targetsAt(connection.host)),
    retentionItem: 'streamTTL',
  }),
  /** Kafka as a broker (`pubsub.kafka`). Events of one subject keep their order; each app is a consumer group of its own. Topics must be there. */
  kafka: ({ metadata, targets, ...connection }: KafkaPubSubProps): Backend<'pubsub'> =>
    backendOf('pubsub', 'pubsub.kafka', { ...kafkaMetadata(connection), ...metadata }, targets ?? targetsAt(connection.brokers)),
  /**
   * NATS JetStream as a broker (`pubsub.jetstream`). Order is not kept; each app is a consumer of its own, whose replicas handle one event
   * of a topic at a time. Each topic must have a stream of its own. A sidecar whose server is away for two minutes gives up for good, and must be started again.
   */
  jetStream: ({ metadata, targets, ...connection }: JetStreamPubSubProps): Backend<'pubsub'> =>
    backendOf('pubsub', 'pubsub.jetstream', { ...jetStreamMetadata(connection), ...metadata }, targets ?? targetsAt(connection.url)),
  /**
   * The memory of one sidecar as a broker (`pubsub.in-memory`): events reach no other sidecar and end with it. They are handed over one
   * at a time, and publishing waits until the event before is handled.
   */
  inMemory: (): Backend<'pubsub'> => backendOf('pubsub', 'pubsub.in-memory', {}, []),
  /**
   * Any broker of Dapr: its type, in its newest version or as `type/version`, and its metadata by Dapr's names. What is a secret is taken
   * by reference only. How long events stay, and that a new consumer gets what was there before it, is up to that metadata.
   */
  of: <T extends keyof PubsubComponents>(type: T, metadata: PubsubComponents[T], { targets }: BackendOptions = {}): Backend<'pubsub'> => backendOf('pubsub', type, metadata, targets),
}
