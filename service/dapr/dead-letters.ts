import { DeadLetter, deadLetterKey } from '../../config/define/index.ts'
import { changeValue } from './change-value.ts'
import { listDeadLetter } from './dead-letter-index.ts'
import { carriedBytes, contentOf, jsonOf, ownReason, withDeadLetter } from './dead-letter-record.ts'
import { type DeliveryLog, isCanary, readEvent, type ReadEvent, type Subscription } from './event-delivery.ts'
import { ignore, type Log } from './handlers.ts'
import { digestId, recordId } from './record-id.ts'
import type { StateStore } from './state-store.ts'

/** A subscription whose dead letters are kept. */
export interface DeadLetterDesk extends Subscription {
  readonly app: string
  readonly state: StateStore
}

/** Other subscribers of the topic share its dead letters: those this app handled, or does nothing about, are not its own. A canary is nobody's. */
const isOwn = async ({ marks }: DeadLetterDesk, read: ReadEvent, log: Log): Promise<boolean> => {
  if (isCanary(read.event)) return false
  if (!('broken' in read) && read.handler === ignore) return false
  return read.event === undefined || !(await marks.isHandled(read.event.id, log))
}

const keep = async (desk: DeadLetterDesk, body: unknown, log: DeliveryLog): Promise<void> => {
  const { app, topic, state, failures } = desk
  const bytes = carriedBytes(body)
  const event = jsonOf(bytes)
  const read = readEvent(desk, event)
  const eventId = read.event?.id
  const id = eventId === undefined ? digestId(bytes) : recordId(eventId)
  const eventLog = log.child({ event_id: id, event_type: read.event?.type, topic })
  if (!(await isOwn(desk, read, eventLog))) {
    eventLog.info({}, 'Passed over a dead letter of another subscriber, or of an event that was handled after all')
    return
  }
  const note = eventId === undefined ? undefined : await failures.read(eventId)
  const letter = { id, app, topic, ...contentOf(bytes) }
  const why = { note, reason: ownReason(read, event) }
  const record = await changeValue<DeadLetter>(state, {
    key: deadLetterKey(topic, id),
    parser: DeadLetter,
    change: (before) => withDeadLetter(before, letter, why),
  })
  // After the record: until both are written this delivery is repeated, and a listed record is always found.
  await listDeadLetter(state, topic, id)
  if (note && eventId !== undefined) await failures.remove(eventId, eventLog)
  eventLog.error({ why: record?.last_error, attempts: record?.attempts }, 'Kept a dead letter')
}

/**
 * Keeps what the app refused for good. Never throws, and never says DROP: what cannot be kept now goes round its topic until it can.
 */
export const keepDeadLetter = async (desk: DeadLetterDesk, body: unknown, log: DeliveryLog): Promise<'SUCCESS' | 'RETRY'> => {
  try {
    await keep(desk, body, log)
    return 'SUCCESS'
  } catch (error) {
    log.error({ err: error, topic: desk.topic }, 'Cannot keep a dead letter, it will be delivered again')
    return 'RETRY'
  }
}
