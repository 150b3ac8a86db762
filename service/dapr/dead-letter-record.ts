import * as z from 'zod'

import type { DeadLetter } from '../../config/define/index.ts'
import type { ReadEvent } from './event-delivery.ts'
import type { FailureNote } from './failure-notes.ts'

const Wrapped = z.object({ data_base64: z.string() })

/** What was on the broker: the subscription asks for raw payloads, which Dapr wraps in a CloudEvent of its own. */
export const carriedBytes = (body: unknown): Buffer => {
  const { data } = Wrapped.safeParse(body)
  return data ? Buffer.from(data.data_base64, 'base64') : Buffer.from(JSON.stringify(body ?? null))
}

/** The bytes as JSON, where they are. */
export const jsonOf = (bytes: Buffer): unknown => {
  try {
    return JSON.parse(bytes.toString('utf8'))
  } catch {
    return undefined
  }
}

/** JavaScript would round such numbers, and a replayed event would be another one. */
const longNumber = /\d{16}/

/** The part of a record that holds the event: as JSON where nothing is lost by it, else as bytes. */
export const contentOf = (bytes: Buffer): Pick<DeadLetter, 'event' | 'bytes'> => {
  const event = longNumber.test(bytes.toString('utf8')) ? undefined : jsonOf(bytes)
  return event === undefined ? { bytes: bytes.toString('base64') } : { event }
}

const Expiring = z.object({ expiration: z.iso.datetime({ offset: true }) })

/** What the event itself says of why it was refused. Dapr shows no handler what expired, so that this goes first. */
export const ownReason = (read: ReadEvent, event: unknown): string | undefined => {
  const { data } = Expiring.safeParse(event)
  if (data && Date.parse(data.expiration) < Date.now()) return `it expired at ${data.expiration}, before it was handled`
  return 'broken' in read ? read.broken : undefined
}

/** How the deliveries of an event went. */
type History = Pick<DeadLetter, 'last_error' | 'attempts' | 'first_failed_at' | 'last_failed_at'>

const silence = 'no reason is known: the app was away, or too slow to say one; see the logs of the app and its sidecar'

const noted = ({ error, attempts, first_failed_at, last_failed_at }: FailureNote): History => ({
  last_error: error,
  attempts,
  first_failed_at,
  last_failed_at,
})

const unnoted = (reason: string = silence): History => {
  const now = new Date().toISOString()
  return { last_error: reason, attempts: 0, first_failed_at: now, last_failed_at: now }
}

/** A note that is in the record already comes from a delivery of the dead letter that was interrupted. */
const joined = (before: History, latest: History): History =>
  before.last_failed_at === latest.last_failed_at
    ? before
    : { ...latest, attempts: before.attempts + latest.attempts, first_failed_at: before.first_failed_at }

/** The record of a dead letter, after those of the same event that came before. */
export const withDeadLetter = (
  before: DeadLetter | undefined,
  letter: Pick<DeadLetter, 'id' | 'app' | 'topic' | 'event' | 'bytes'>,
  why: { readonly note: FailureNote | undefined; readonly reason: string | undefined },
): DeadLetter => {
  const latest = why.note ? noted(why.note) : unnoted(why.reason ?? before?.last_error)
  const { last_error, attempts, first_failed_at, last_failed_at } = before ? joined(before, latest) : latest
  return { schema: 1, ...letter, last_error, attempts, first_failed_at, last_failed_at, received: (before?.received ?? 0) + 1 }
}
