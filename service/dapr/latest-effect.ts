import * as z from 'zod'

import { changeValue } from './change-value.ts'
import type { SaveOptions } from './sidecar.ts'
import type { Parser, StateStore, Stored } from './state-store.ts'

/** What an event makes of the effect that follows the state of its subject. */
export interface LatestEffect<T> {
  /** One per subject. Never delete it while events of the subject may come: a removed subject is a value that says so. */
  readonly key: string
  /** The event's place among those of its subject: the higher one is the newer. */
  readonly sequence: number
  readonly value: T
  readonly parser: Parser<T>
  readonly options?: SaveOptions
}

const StoredEffect = z.looseObject({ schema: z.literal(1), sequence: z.number(), value: z.unknown() })

/** Reads what `keepLatest` keeps. */
export const readLatest = async <T>(state: StateStore, key: string, parser: Parser<T>): Promise<Stored<T> | undefined> => {
  const stored = await state.get(key, StoredEffect)
  return stored && { value: parser.parse(stored.value.value), etag: stored.etag }
}

/**
 * Keeps an effect unless a newer event, or this very one, made it before: deliveries may be repeated and come in any order. Gives what
 * holds afterwards.
 * @throws SidecarError when that cannot be found out
 */
export const keepLatest = async <T>(state: StateStore, { key, sequence, value, parser, options }: LatestEffect<T>): Promise<T> => {
  const kept = await changeValue<z.infer<typeof StoredEffect>>(state, {
    key,
    parser: StoredEffect,
    change: (current) => (current && current.sequence >= sequence ? undefined : { schema: 1, sequence, value }),
    ...(options && { options }),
  })
  return parser.parse(kept?.value)
}
