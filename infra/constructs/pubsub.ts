import { type Backend, metadataItems } from './backend.ts'
import { type JetStreamConnection, jetStreamMetadata } from './jetstream-connection.ts'
import { type KafkaConnection, kafkaMetadata } from './kafka-connection.ts'
import { type RedisConnection, redisMetadata } from './redis-connection.ts'

export interface RedisPubSubProps extends RedisConnection {
  /**
   * Events a sidecar hands to its app at a time, 1 or more.
   * @default 10 (Dapr's own)
   */
  readonly concurrency?: number
}

/** Backends of `pubsub` components. */
export const PubSub = {
  /**
   * Redis Streams as a broker (`pubsub.redis`). Order is not kept; each app is a consumer group of its own. Events stay as long as the
   * topic with the longest retention says, for a component has one time for all its streams. Redis 6.2 or later.
   */
  redis: ({ concurrency, ...connection }: RedisPubSubProps): Backend<'pubsub'> => ({
    kind: 'pubsub',
    type: 'pubsub.redis',
    version: 'v1',
    metadata: metadataItems({ ...redisMetadata(connection), concurrency }),
    retentionItem: 'streamTTL',
  }),
  /** Kafka as a broker (`pubsub.kafka`). Events of one subject keep their order; each app is a consumer group of its own. Topics must be there. */
  kafka: (connection: KafkaConnection): Backend<'pubsub'> => ({
    kind: 'pubsub',
    type: 'pubsub.kafka',
    version: 'v1',
    metadata: metadataItems(kafkaMetadata(connection)),
  }),
  /**
   * NATS JetStream as a broker (`pubsub.jetstream`). Order is not kept; each app is a consumer of its own. Each topic must have a stream
   * of its own. A sidecar whose server is away for two minutes gives up for good, and must be started again.
   */
  jetStream: (connection: JetStreamConnection): Backend<'pubsub'> => ({
    kind: 'pubsub',
    type: 'pubsub.jetstream',
    version: 'v1',
    metadata: metadataItems(jetStreamMetadata(connection)),
  }),
  /**
   * The memory of one sidecar as a broker (`pubsub.in-memory`): events reach no other sidecar and end with it. They are handed over one
   * at a time, and publishing waits until the event before is handled.
   */
  inMemory: (): Backend<'pubsub'> => ({ kind: 'pubsub', type: 'pubsub.in-memory', version: 'v1', metadata: [] }),
}
