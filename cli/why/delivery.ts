import { z } from 'zod'

import { DeadLetter, deadLetterKey, failureKey, handledKey, keptSeconds, type SubscriptionEdge } from '../../config/define/index.ts'
import type { Step } from './explanation.ts'
import type { ExpectedEvent, Look } from './kind.ts'
import { Unreachable } from './place.ts'

const Mark = z.object({ handled_at: z.string() })
const Note = z.object({ error: z.string(), attempts: z.number(), first_failed_at: z.string(), last_failed_at: z.string() })

/** What an app keeps of an event that it was given, or was to be. */
export interface Delivery {
  readonly event: ExpectedEvent
  readonly subscription: SubscriptionEdge
  /** When it was handled. */
  readonly handledAt?: string | undefined
  /** How its deliveries failed so far. */
  readonly note?: z.infer<typeof Note> | undefined
  readonly letter?: DeadLetter | undefined
  /** Whether its log has it. */
  readonly received: boolean
  /** Why the app could not be asked. */
  readonly unreachable?: string
}

/** How far a delivery is. `unknown`: it is longer ago than marks are kept. */
export type DeliveryState = 'handled' | 'dead letter' | 'failing' | 'received' | 'unknown' | 'silent'

const isBeyondMarks = ({ time }: ExpectedEvent, now: Date): boolean => now.getTime() - Date.parse(time) > keptSeconds.handled * 1000

/** How far a delivery is. Pure. */
export const stateOf = ({ event, subscription: { app }, handledAt, note, letter, received }: Delivery, now: Date): DeliveryState => {
  const made = event.effects.some((effect) => effect.app === app && effect.found !== undefined)
  if (letter && (handledAt === undefined || handledAt < letter.last_failed_at)) return 'dead letter'
  if (handledAt !== undefined || made) return 'handled'
  if (note) return 'failing'
  if (received) return 'received'
  return isBeyondMarks(event, now) ? 'unknown' : 'silent'
}

/** Asks an app what it keeps of an event. */
export const readDelivery = async ({ stored, entries }: Pick<Look, 'stored' | 'entries'>, event: ExpectedEvent, subscription: SubscriptionEdge): Promise<Delivery> => {
  const { app, topic, marks } = subscription
  const received = entries.some((entry) => entry.app === app && entry.container === app && entry.eventId === event.id)
  const read = (key: string) => stored(app, marks, key)
  try {
    const [mark, note, letter] = await Promise.all([read(handledKey(topic, event.id)), read(failureKey(topic, event.id)), read(deadLetterKey(topic, event.id))])
    return { event, subscription, received, handledAt: Mark.safeParse(mark).data?.handled_at, note: Note.safeParse(note).data, letter: DeadLetter.safeParse(letter).data }
  } catch (error) {
    if (!(error instanceof Unreachable)) throw error
    return { event, subscription, received, unreachable: error.message }
  }
}

/** An event in words. */
export const eventText = ({ id, type }: Pick<ExpectedEvent, 'id' | 'type'>): string => (type === undefined ? `event ${id}` : `${type} (${id})`)

/** Whether a later event of the thing was handled before this one: then what follows the newest leaves this one out. */
const overtakenBy = (delivery: Delivery, all: readonly Delivery[]): Delivery | undefined =>
  all.find(
    ({ event, subscription, handledAt }) =>
      subscription.name === delivery.subscription.name && handledAt !== undefined && delivery.handledAt !== undefined && handledAt < delivery.handledAt && (event.sequence ?? 0) > (delivery.event.sequence ?? Infinity),
  )

/** What a delivery adds to the timeline. Pure. */
export const deliverySteps = (delivery: Delivery, all: readonly Delivery[]): Step[] => {
  const { event, subscription: { app, marks }, handledAt, note, letter, unreachable } = delivery
  const what = eventText(event)
  const newer = overtakenBy(delivery, all)
  const late = newer === undefined ? '' : `, after the newer ${eventText(newer.event)}: what follows the newest leaves it out`
  return [
    ...(unreachable === undefined ? [] : [{ source: `${app} marks`, text: `what became of ${what} cannot be asked: ${unreachable}`, state: 'failed' } as const]),
    ...(handledAt === undefined ? [] : [{ time: handledAt, source: `${app} ${marks}`, text: `${what} was handled${late}` }]),
    ...(note === undefined ? [] : [{ time: note.last_failed_at, source: `${app} ${marks}`, text: `${what} failed ${note.attempts} time(s), the last: ${note.error}`, state: 'failed' } as const]),
    ...(letter === undefined ? [] : [{ time: letter.last_failed_at, source: `${app} dead letters`, text: `${what} became a dead letter after ${letter.attempts} failed deliveries: ${letter.last_error}`, state: 'failed' } as const]),
  ]
}
