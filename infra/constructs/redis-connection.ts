import type { PubsubComponents, StateComponents } from '../../imports/dapr-components.ts'
import type { BackendOptions, SecretKey } from './backend.ts'

/** How a sidecar reaches a Redis server. */
export interface RedisConnection extends BackendOptions {
  /** `host:port`, as text or by reference. */
  readonly host: string | SecretKey
  /**
   * The password, by reference.
   * @default - the server asks for none
   */
  readonly password?: SecretKey
  /**
   * Speak TLS to the server.
   * @default false
   */
  readonly tls?: boolean
}

/** Metadata that a connection decides. */
export type RedisNames = keyof ReturnType<typeof redisMetadata>

export const redisMetadata = ({ host, password, tls }: RedisConnection) =>
  ({
    redisHost: host,
    redisPassword: password,
    enableTLS: tls,
  }) satisfies StateComponents['state.redis'] & PubsubComponents['pubsub.redis']
