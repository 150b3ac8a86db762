import * as z from 'zod'

import { failureKey, keptSeconds } from '../../config/define/index.ts'
import { changeValue } from './change-value.ts'
import type { Log } from './handlers.ts'
import { recordId } from './record-id.ts'
import { SidecarError } from './sidecar-errors.ts'
import type { StateStore } from './state-store.ts'
import { withTimeBudget } from './time-budget.ts'

const FailureNote = z.looseObject({
  schema: z.literal(1),
  error: z.string(),
  attempts: z.int().min(1),
  first_failed_at: z.iso.datetime(),
  last_failed_at: z.iso.datetime(),
})

/** How the deliveries of an event failed; Dapr's dead letters do not say it. */
export type FailureNote = z.infer<typeof FailureNote>

/** Notes of failed deliveries of a topic, kept until the event is a dead letter. */
export interface FailureNotes {
  /** Adds a failed delivery. Never throws: a note is not worth an event. */
  add(eventId: string, error: string, log: Log): Promise<void>
  read(eventId: string): Promise<FailureNote | undefined>
  /** Never throws: what stays is forgotten after `keptSeconds.failure`. */
  remove(eventId: string, log: Log): Promise<void>
}

/** On top of the handler's time, and still below the 5 s in which a service answers. */
const noteMs = 400
const longestError = 2000

/** An error in the words of a note: which, what it says, and what the sidecar said. */
export const errorText = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error).slice(0, longestError)
  const said = error instanceof SidecarError && error.reason !== '' ? `: ${error.reason}` : ''
  return `${error.name}: ${error.message}${said}`.slice(0, longestError)
}

const quietly = async (log: Log, message: string, work: () => Promise<unknown>): Promise<void> => {
  try {
    await withTimeBudget(noteMs, work)
  } catch (error) {
    log.warn({ err: error }, message)
  }
}

export const failureNotes = (state: StateStore, topic: string): FailureNotes => {
  const key = (eventId: string): string => failureKey(topic, recordId(eventId))
  const add = (eventId: string, error: string) => {
    const now = new Date().toISOString()
    return changeValue<FailureNote>(state, {
      key: key(eventId),
      parser: FailureNote,
      change: (note) => ({
        schema: 1,
        error: error.slice(0, longestError),
        attempts: (note?.attempts ?? 0) + 1,
        first_failed_at: note?.first_failed_at ?? now,
        last_failed_at: now,
      }),
      options: { ttlSeconds: keptSeconds.failure },
    })
  }
  return {
    add: (eventId, error, log) => quietly(log, 'Cannot note the failure', () => add(eventId, error)),
    read: async (eventId) => (await state.get(key(eventId), FailureNote))?.value,
    remove: (eventId, log) =>
      quietly(log, 'Cannot remove the note of the failure', async () => {
        const note = await state.get(key(eventId), FailureNote)
        if (note) await state.delete(key(eventId), note.etag)
      }),
  }
}
