import type { StateComponents } from '../../imports/dapr-components.ts'
import { type Backend, backendOf, type BackendOptions, type FurtherMetadata } from './backend.ts'
import { targetsAt } from './network-targets.ts'
import { type RedisConnection, type RedisNames, redisMetadata } from './redis-connection.ts'

export interface RedisStateStoreProps extends RedisConnection {
  /**
   * Further metadata of `state.redis`, by Dapr's names.
   * @default - Dapr's defaults
   */
  readonly metadata?: FurtherMetadata<StateComponents['state.redis'], RedisNames>
}

/** Backends of `state` components. */
export const StateStore = {
  /** Redis as a state store (`state.redis`). The server must write each change to disk before it answers, or an answered change can be lost. */
  redis: ({ metadata, targets, ...connection }: RedisStateStoreProps): Backend<'state'> =>
    backendOf('state', 'state.redis', { ...redisMetadata(connection), ...metadata }, targets ?? targetsAt(connection.host)),
  /** A SQLite file as a state store (`state.sqlite`), for sidecars on one machine: a relative path starts at their working folder. */
  sqlite: ({ file }: { readonly file: string }): Backend<'state'> => backendOf('state', 'state.sqlite', { connectionString: file }, []),
  /**
   * Any state store of Dapr: its type, in its newest version or as `type/version`, and its metadata by Dapr's names. What is a secret is
   * taken by reference only.
   */
  of: <T extends keyof StateComponents>(type: T, metadata: StateComponents[T], { targets }: BackendOptions = {}): Backend<'state'> => backendOf('state', type, metadata, targets),
}
