import { z, type ZodType } from 'zod'

import { DeliveredEvent } from './cloud-event.ts'
import type { EventContext, EventHandler, Log } from './handlers.ts'

/** What Dapr is told of a delivery. DROP sends the event to the dead-letter topic at once, RETRY after the retries. */
export type DeliveryStatus = 'SUCCESS' | 'RETRY' | 'DROP'

/** A subscription of the app: the contracts and handlers of a topic, by event type. */
export interface Subscription {
  readonly topic: string
  readonly events: Readonly<Record<string, ZodType>>
  readonly handlers: Readonly<Record<string, EventHandler<unknown>>>
}

/** The log of the request, which can be narrowed to one event. */
export interface DeliveryLog extends Log {
  child(fields: Readonly<Record<string, unknown>>): Log
}

const contextOf = (event: DeliveredEvent, topic: string, log: Log): EventContext => ({
  id: event.id,
  type: event.type,
  topic,
  time: event.time ?? new Date().toISOString(),
  correlationId: event.correlationid ?? event.traceid ?? event.id,
  log,
})

const drop = (log: Log, why: string): DeliveryStatus => {
  log.warn({ why }, 'Dropped event to the dead-letter topic')
  return 'DROP'
}

const handled = async (handler: EventHandler<unknown>, data: unknown, context: EventContext): Promise<DeliveryStatus> => {
  try {
    await handler(data, context)
    return 'SUCCESS'
  } catch (error) {
    context.log.error({ err: error }, 'Handler failed, the event will be delivered again')
    return 'RETRY'
  }
}

/** Gives a delivered CloudEvent to the handler of its type, if its data has the type's shape. Never throws. */
export const deliver = async ({ topic, events, handlers }: Subscription, body: unknown, log: DeliveryLog): Promise<DeliveryStatus> => {
  const parsed = DeliveredEvent.safeParse(body)
  if (!parsed.success) return drop(log, `no CloudEvent: ${z.prettifyError(parsed.error)}`)
  const event = parsed.data
  const eventLog = log.child({ event_id: event.id, event_type: event.type, topic, subject: event.subject })
  const [schema, handler] = Object.hasOwn(handlers, event.type) ? [events[event.type], handlers[event.type]] : []
  const data = schema?.safeParse(event.data)
  eventLog.info(data?.success ? { data: data.data } : {}, 'Received event')
  if (!data || !handler) return drop(eventLog, `type "${event.type}" is not declared for topic "${topic}"`)
  if (!data.success) return drop(eventLog, `data breaks the contract: ${z.prettifyError(data.error)}`)
  return handled(handler, data.data, contextOf(event, topic, eventLog))
}
