import { isDeepStrictEqual } from 'node:util'

import * as z from 'zod'

import { type Ask, askOver, isSuccess, jsonOf, segment } from './ask.ts'
import { isTraceSampled } from './begun-traces.ts'
import { coalesce, type Outcome } from './coalescing/coalesce.ts'
import type { Transport } from './http-transport.ts'
import { ComponentFailed, EtagMismatch } from './sidecar-errors.ts'
import type { Precondition, SaveOptions, StoredValue } from './sidecar.ts'

/** The state API of one store. */
export interface HttpState {
  read(key: string): Promise<StoredValue | undefined>
  save(key: string, value: unknown, precondition: Precondition, options: SaveOptions): Promise<void>
  delete(key: string, etag: string): Promise<void>
}

/** An item to save. */
interface SavedItem {
  readonly key: string
  readonly value: unknown
  readonly precondition: Precondition
  readonly json: string
}

const target = (store: string): string => `state store "${store}"`
const storePath = (store: string): string => `/v1.0/state/${segment(store)}`
const keyPath = (store: string, key: string): string => `${storePath(store)}/${segment(key)}?consistency=strong`

/** First-write protects a key only when every write to it is first-write, so there is no other. */
const savedItem = (key: string, value: unknown, precondition: Precondition, { ttlSeconds }: SaveOptions): SavedItem => ({
  key,
  value,
  precondition,
  json: JSON.stringify({
    key,
    value,
    ...('etag' in precondition ? { etag: precondition.etag } : {}),
    options: { concurrency: 'first-write', consistency: 'strong' },
    ...(ttlSeconds === undefined ? {} : { metadata: { ttlInSeconds: String(ttlSeconds) } }),
  }),
})

const storedValue = (value: unknown, etag: string | undefined, store: string): StoredValue => {
  if (etag === undefined) throw new ComponentFailed(target(store), 'the store gives no ETag; use one that does')
  return { value, etag }
}

/** Of a key without a value there is the key alone. */
const Found = z.array(z.object({ key: z.string(), data: z.unknown().optional(), etag: z.string().optional(), error: z.string().optional() }))
type Found = z.infer<typeof Found>[number]

const readOutcome = (found: Found | undefined, store: string): Outcome<StoredValue | undefined> => {
  if (!found) return 'alone'
  if (found.error !== undefined) return { error: new ComponentFailed(target(store), found.error) }
  return { value: found.data === undefined ? undefined : storedValue(found.data, found.etag, store) }
}

const readAlone = (ask: Ask, store: string) => async (key: string): Promise<StoredValue | undefined> => {
  const { status, etag, text } = await ask({ method: 'GET', path: keyPath(store, key), target: target(store) })
  return status === 204 ? undefined : storedValue(jsonOf(text, target(store)), etag, store)
}

/** An answer that is no success may be about the key of one caller alone, and one of another shape says nothing. */
const readTogether = (transport: Transport, store: string) => async (keys: readonly string[]) => {
  const answer = await transport.call({ method: 'POST', path: `${storePath(store)}/bulk`, target: target(store), body: JSON.stringify({ keys: [...new Set(keys)] }) })
  const { data } = isSuccess(answer) ? Found.safeParse(jsonOf(answer.text, target(store))) : {}
  if (!data) return () => 'alone' as const
  const found = new Map(data.map((item) => [item.key, item]))
  return (key: string) => readOutcome(found.get(key), store)
}

const saveAlone = (ask: Ask, store: string) => async ({ json }: SavedItem): Promise<void> => {
  await ask({ method: 'POST', path: storePath(store), target: target(store), body: `[${json}]` })
}

/** Whether what is stored is what the item holds, in another version than the one it was to be written over. */
const isStored = ({ value, precondition }: SavedItem, stored: StoredValue | undefined): boolean =>
  stored !== undefined && !('etag' in precondition && precondition.etag === stored.etag) && isDeepStrictEqual(stored.value, JSON.parse(JSON.stringify(value)))

/**
 * After a batch that failed: its answer names no item, those that fit are saved, and sent again they meet themselves. So whoever is refused
 * looks whether its own value is there. Two writers of the very same value under one key may both be told that it is saved.
 */
const saveAgain = (alone: (item: SavedItem) => Promise<void>, read: HttpState['read']) => async (item: SavedItem): Promise<void> => {
  try {
    await alone(item)
  } catch (error) {
    if (!(error instanceof EtagMismatch || error instanceof ComponentFailed)) throw error
    if (!isStored(item, await read(item.key))) throw error
  }
}

/** The answer to a save of several items tells whether all were saved, and nothing else. */
const saveTogether = (transport: Transport, store: string) => async (items: readonly SavedItem[]) => {
  const answer = await transport.call({ method: 'POST', path: storePath(store), target: target(store), body: `[${items.map(({ json }) => json).join(',')}]` })
  return (): Outcome<void> => (isSuccess(answer) ? { value: undefined } : 'alone')
}

export interface HttpStateOptions {
  readonly store: string
  readonly transport: Transport
  readonly callMs: number
  /** Whether calls that come at the same time are joined. */
  readonly batches: boolean
}

export const createHttpState = ({ store, transport, callMs, batches }: HttpStateOptions): HttpState => {
  const ask = askOver(transport)
  const [read, save] = [readAlone(ask, store), saveAlone(ask, store)]
  const common = { target: target(store), callMs, isApart: isTraceSampled }
  const reading = batches ? coalesce({ ...common, alone: read, together: readTogether(transport, store), sizeOf: (key) => key.length }) : read
  const saving = batches
    ? coalesce({ ...common, alone: save, again: saveAgain(save, read), together: saveTogether(transport, store), keyOf: ({ key }) => key, sizeOf: ({ json }) => Buffer.byteLength(json) })
    : save
  return {
    read: reading,
    save: (key, value, precondition, options) => saving(savedItem(key, value, precondition, options)),
    delete: async (key, etag) => {
      await ask({ method: 'DELETE', path: `${keyPath(store, key)}&concurrency=first-write`, target: target(store), headers: { 'if-match': etag } })
    },
  }
}
