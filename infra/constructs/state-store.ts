import { type Backend, metadataItems } from './backend.ts'
import { type RedisConnection, redisMetadata } from './redis-connection.ts'

/** Backends of `state` components. */
export const StateStore = {
  /** Redis as a state store (`state.redis`). The server must write each change to disk before it answers, or an answered change can be lost. */
  redis: (props: RedisConnection): Backend<'state'> => ({
    kind: 'state',
    type: 'state.redis',
    version: 'v1',
    metadata: metadataItems(redisMetadata(props)),
  }),
  /** A SQLite file as a state store (`state.sqlite`), for sidecars on one machine: a relative path starts at their working folder. */
  sqlite: ({ file }: { readonly file: string }): Backend<'state'> => ({
    kind: 'state',
    type: 'state.sqlite',
    version: 'v1',
    metadata: metadataItems({ connectionString: file }),
  }),
}
