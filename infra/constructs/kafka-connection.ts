import type { PubsubComponents } from '../../imports/dapr-components.ts'
import type { BackendOptions, SecretKey } from './backend.ts'

/** How a sidecar proves to Kafka who it is, by SASL. */
export interface KafkaCredentials {
  /** User name, as text or by reference. */
  readonly user: string | SecretKey
  /** Password, by reference. */
  readonly password: SecretKey
  /**
   * SASL mechanism.
   * @default 'SHA-512' (SCRAM-SHA-512)
   */
  readonly mechanism?: 'SHA-512' | 'SHA-256' | 'PLAINTEXT'
}

/** How a sidecar reaches a Kafka cluster. */
export interface KafkaConnection extends BackendOptions {
  /** Bootstrap brokers, `host:port` separated by commas, as text or by reference. */
  readonly brokers: string | SecretKey
  /**
   * Who the sidecar is.
   * @default - the brokers ask for nothing
   */
  readonly credentials?: KafkaCredentials
  /**
   * Speak TLS to the brokers.
   * @default false
   */
  readonly tls?: boolean
}

// Kafka 4 speaks no protocol older than 2.1; the component's own default is 2.0.
const protocolVersion = '3.6.0'
// The component's own default, 30 s, is how long a subscription would stay silent after a broker has moved to another address.
const dialTimeout = '5s'

const login = ({ user, password, mechanism = 'SHA-512' }: KafkaCredentials) =>
  ({ authType: 'password', saslUsername: user, saslPassword: password, saslMechanism: mechanism }) as const

/** Metadata that a connection decides. */
export type KafkaNames = keyof ReturnType<typeof kafkaMetadata> | keyof ReturnType<typeof login>

export const kafkaMetadata = ({ brokers, credentials, tls = false }: KafkaConnection) => ({
  brokers,
  ...(credentials ? login(credentials) : { authType: 'none' as const }),
  disableTls: !tls,
  version: protocolVersion,
  dialTimeout,
  // Redis gives a new consumer group what was there before it; so must Kafka, whose default forgets it.
  initialOffset: 'oldest',
}) satisfies PubsubComponents['pubsub.kafka']
