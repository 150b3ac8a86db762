import * as z from 'zod'

import { canaryType } from '../../config/define/index.ts'
import { DeliveredEvent } from './cloud-event.ts'
import { errorText, type FailureNotes } from './failure-notes.ts'
import type { HandledMarks } from './handled-marks.ts'
import { type EventContext, type EventHandler, ignore, type Log } from './handlers.ts'

/** What Dapr is told of a delivery. DROP sends the event to the dead-letter topic at once, RETRY after the retries. */
export type DeliveryStatus = 'SUCCESS' | 'RETRY' | 'DROP'

/** A topic as an app reads it: the contracts and handlers of its events, by type. */
export interface TopicReader {
  readonly topic: string
  readonly events: Readonly<Record<string, z.ZodType>>
  readonly handlers: Readonly<Record<string, EventHandler<unknown>>>
}

/** A subscription of the app: what it reads, and what it keeps of it. */
export interface Subscription extends TopicReader {
  readonly marks: HandledMarks
  readonly failures: FailureNotes
}

/** The log of the request, which can be narrowed to one event. */
export interface DeliveryLog extends Log {
  child(fields: Readonly<Record<string, unknown>>): Log
}

/** What came of reading a delivery: a handler and its data, or why there is none. `event` is missing where it is no CloudEvent. */
export type ReadEvent =
  | { readonly event: DeliveredEvent; readonly handler: EventHandler<unknown>; readonly data: unknown }
  | { readonly event?: DeliveredEvent; readonly broken: string }

/** Whether an event only asks whether the subscription delivers. */
export const isCanary = (event: DeliveredEvent | undefined): boolean => event?.type === canaryType

/** Reads what was delivered by the contracts of its topic. */
export const readEvent = ({ topic, events, handlers }: TopicReader, body: unknown): ReadEvent => {
  const parsed = DeliveredEvent.safeParse(body)
  if (!parsed.success) return { broken: `no CloudEvent: ${z.prettifyError(parsed.error)}` }
  const event = parsed.data
  const [schema, handler] = Object.hasOwn(handlers, event.type) ? [events[event.type], handlers[event.type]] : []
  if (!schema || !handler) return { event, broken: `type "${event.type}" is not declared for topic "${topic}"` }
  const data = schema.safeParse(event.data)
  return data.success ? { event, handler, data: data.data } : { event, broken: `data breaks the contract: ${z.prettifyError(data.error)}` }
}

const contextOf = (event: DeliveredEvent, topic: string, log: Log): EventContext => ({
  id: event.id,
  type: event.type,
  topic,
  time: event.time ?? new Date().toISOString(),
  correlationId: event.correlationid ?? event.traceid ?? event.id,
  log,
})

const drop = async ({ failures }: Subscription, event: DeliveredEvent | undefined, why: string, log: Log): Promise<DeliveryStatus> => {
  log.warn({ why }, 'Dropped event to the dead-letter topic')
  if (event) await failures.add(event.id, why, log)
  return 'DROP'
}

/** First the effect, then the mark: what ends between the two is handled again, and the effect's own record keeps it from happening twice. */
const handle = async ({ marks, failures }: Subscription, handler: EventHandler<unknown>, data: unknown, context: EventContext): Promise<DeliveryStatus> => {
  const { id, log } = context
  if (await marks.isHandled(id, log)) {
    log.info({}, 'Event was handled before')
    return 'SUCCESS'
  }
  try {
    await handler(data, context)
  } catch (error) {
    log.error({ err: error }, 'Handler failed, the event will be delivered again')
    await failures.add(id, errorText(error), log)
    return 'RETRY'
  }
  marks.remember(id, log)
  return 'SUCCESS'
}

/** Gives a delivered CloudEvent to the handler of its type, if its data has the type's shape and it was not handled before. Never throws. */
export const deliver = async (subscription: Subscription, body: unknown, log: DeliveryLog): Promise<DeliveryStatus> => {
  const { topic } = subscription
  const read = readEvent(subscription, body)
  const { event } = read
  const eventLog = event ? log.child({ event_id: event.id, event_type: event.type, topic, subject: event.subject }) : log
  if (isCanary(event)) {
    eventLog.info({}, 'Answered the canary of stack up')
    return 'SUCCESS'
  }
  if (event) eventLog.info('broken' in read ? {} : { data: read.data }, 'Received event')
  if ('broken' in read) return drop(subscription, event, read.broken, eventLog)
  if (read.handler === ignore) return 'SUCCESS'
  return handle(subscription, read.handler, read.data, contextOf(read.event, topic, eventLog))
}
