import type { SecretKey } from './backend.ts'

/** How a sidecar reaches a Redis server. */
export interface RedisConnection {
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

export const redisMetadata = ({ host, password, tls }: RedisConnection) => ({
  redisHost: host,
  redisPassword: password,
  enableTLS: tls,
})
