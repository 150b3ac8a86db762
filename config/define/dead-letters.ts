import * as z from 'zod'

import type { SubscriptionEdge } from './graph.ts'

/** An event that an app could not handle, as it is kept in a state store of that app until it is replayed or dropped. Readers are tolerant. */
export const DeadLetter = z.looseObject({
  schema: z.literal(1),
  /** The event's id, or, where an event has none that can be a key, `sha256-` and a digest of its bytes or id. */
  id: z.string().min(1),
  app: z.string(),
  topic: z.string(),
  /** What the broker carried: a whole CloudEvent, or whatever JSON it was. */
  event: z.unknown().optional(),
  /** What the broker carried where that is no JSON, in base64. */
  bytes: z.string().optional(),
  /** Why the last delivery failed. */
  last_error: z.string(),
  /** Failed deliveries that the app knows of; those that did not reach it are not among them. */
  attempts: z.int().min(0),
  first_failed_at: z.iso.datetime(),
  last_failed_at: z.iso.datetime(),
  /** How often it came from the dead-letter topic. Every time changes the record, so that nobody removes a newer one unseen. */
  received: z.int().min(1),
})
export type DeadLetter = z.infer<typeof DeadLetter>

/** One page of the index of dead letters: nothing can list the keys of a state store. */
export const DeadLetterPage = z.looseObject({ schema: z.literal(1), ids: z.array(z.string()) })
export type DeadLetterPage = z.infer<typeof DeadLetterPage>

/** The index is several chains of pages, so that replicas seldom meet on a page, and each page stays small. */
export const deadLetterIndex = { chains: 16, idsPerPage: 500 } as const

/** Key of a page of the index; a chain ends where no page is. Pages are emptied, never removed. */
export const deadLetterPageKey = (topic: string, chain: number, page: number): string => `dead-letters:${topic}:${chain}:${page}`

/** The chain an id is in. */
export const deadLetterChain = (id: string): number => {
  let hash = 0
  for (const character of id) hash = (hash * 31 + (character.codePointAt(0) ?? 0)) >>> 0
  return hash % deadLetterIndex.chains
}

const Metadata = z.object({ deadLettersOf: z.string(), keptIn: z.string(), replayedBy: z.string() })

/** Where the dead letters of an app and topic are, and which app may publish them again. */
export interface DeadLetterSource {
  readonly topic: string
  readonly store: string
  readonly publisher: string
}

/**
 * `metadata` of a dead-letter Subscription. `rawPayload` has Dapr hand over the bytes, whatever they are: it would drop an expired event
 * unseen. The rest tells where the dead letters are kept; brokers ignore it, and sidecars show it in `/v1.0/metadata`.
 */
export const deadLetterMetadata = ({ topic, marks, deadLetters }: SubscriptionEdge): Record<string, string> => ({
  rawPayload: 'true',
  deadLettersOf: topic,
  keptIn: marks,
  replayedBy: deadLetters.publisher,
})

/** What the `metadata` of a Subscription tells; `undefined` where it is no dead-letter Subscription. */
export const deadLetterSource = (metadata: unknown): DeadLetterSource | undefined => {
  const { data } = Metadata.safeParse(metadata)
  return data && { topic: data.deadLettersOf, store: data.keptIn, publisher: data.replayedBy }
}
