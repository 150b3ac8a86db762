import { checkEffects } from './check-effects.ts'
import { checkRequests } from './check-requests.ts'
import { checkEvents } from './check-events.ts'
import type { History } from './history.ts'
import { type Recovery, recoveryOf } from './recovery.ts'
import type { Violations } from './violations.ts'

export interface Verdict {
  readonly violations: Violations
  readonly operations: number
  readonly acknowledged: number
  readonly unanswered: number
  /** Requests by the code of their answer; 0 where there was none. */
  readonly codes: Readonly<Record<number, number>>
  readonly tasks: number
  readonly events: number
  readonly effects: number
  /** Deliveries of an event to the broker beyond its first. */
  readonly repeatedEvents: number
  readonly recovery: Recovery
}

const countBy = <T>(items: readonly T[], keyOf: (item: T) => number): Record<number, number> => {
  const counts: Record<number, number> = {}
  for (const item of items) counts[keyOf(item)] = (counts[keyOf(item)] ?? 0) + 1
  return counts
}

/** Judges a run by all that is known of it. Pure. `boundMs` is how long after its request an event may come. */
export const judge = (history: History, boundMs: number): Verdict => {
  const { attempts, events, tasks, effects } = history
  const recovery = recoveryOf(history, boundMs)
  const different = new Set(events.map(({ id }) => id)).size
  return {
    violations: { ...checkEvents(history), ...checkRequests(history), ...checkEffects(history), late: recovery.late },
    operations: attempts.length,
    acknowledged: attempts.filter(({ answer }) => answer !== undefined && answer.code < 300).length,
    unanswered: attempts.filter(({ answer }) => answer === undefined).length,
    codes: countBy(attempts, ({ answer }) => answer?.code ?? 0),
    tasks: tasks.length,
    events: different,
    effects: effects.length,
    repeatedEvents: events.length - different,
    recovery,
  }
}
