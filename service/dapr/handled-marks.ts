import * as z from 'zod'

import { handledKey, keptSeconds } from '../../config/define/index.ts'
import type { Log } from './handlers.ts'
import { recordId } from './record-id.ts'
import type { Soon } from './soon.ts'
import type { StateStore } from './state-store.ts'
import { remainingMs, withTimeBudget } from './time-budget.ts'

/** Which events of a topic an app has handled. A mark saves work; what keeps an effect from happening twice is the effect's own record. */
export interface HandledMarks {
  /** False also when it cannot be found out: an event is rather handled twice than never. */
  isHandled(eventId: string, log: Log): Promise<boolean>
  /** Called after the handler's effect; it is written soon. Without a mark a second delivery calls the handler again, so that a failure is no reason for one. */
  remember(eventId: string, log: Log): void
}

const Mark = z.looseObject({ schema: z.literal(1) })

/** A store that does not answer must leave the handler most of its time. */
const longestReadMs = 1000

const sayingSo = async <T>(log: Log, message: string, otherwise: T, work: () => Promise<T>): Promise<T> => {
  try {
    return await work()
  } catch (error) {
    log.warn({ err: error }, message)
    return otherwise
  }
}

export type MarksOf = (state: StateStore, topic: string, soon: Soon) => HandledMarks

/** Marks in a state store, which forgets them after `keptSeconds.handled`. */
export const handledMarks: MarksOf = (state, topic, soon) => {
  /** Those that are not written yet. */
  const fresh = new Set<string>()
  const key = (eventId: string): string => handledKey(topic, recordId(eventId))
  return {
    isHandled: (eventId, log) =>
      sayingSo(log, 'Cannot tell whether the event was handled; it is taken as new', false, async () => {
        if (fresh.has(eventId)) return true
        const mark = await withTimeBudget(Math.min(longestReadMs, remainingMs()), () => state.get(key(eventId), Mark))
        return mark !== undefined
      }),
    remember: (eventId, log) => {
      const mark = { schema: 1, handled_at: new Date().toISOString() }
      fresh.add(eventId)
      const save = (): Promise<void> => state.save(key(eventId), mark, { firstWrite: true }, { ttlSeconds: keptSeconds.handled })
      soon.add(() => sayingSo(log, 'Cannot mark the event as handled; a second delivery would be handled too', undefined, save).finally(() => fresh.delete(eventId)))
    },
  }
}
