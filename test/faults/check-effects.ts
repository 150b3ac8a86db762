import type { History } from './history.ts'
import type { Violations } from './violations.ts'

/** The type of the events that have an effect: a notification. */
export const effectiveType = 'task.completed'

/** Each event that has an effect has it once, and no effect is without its event. */
export const checkEffects = ({ events, effects }: History): Pick<Violations, 'missingEffects' | 'duplicateEffects' | 'phantomEffects'> => {
  const expected = new Set(events.filter(({ type }) => type === effectiveType).map(({ id }) => id))
  const shown = new Set(effects.filter((effect) => effect.shown).map(({ event }) => event))
  return {
    missingEffects: [...expected].filter((id) => !shown.has(id)).map((id) => `event ${id} has no notification`),
    duplicateEffects: effects.filter(({ writes }) => writes > 1).map(({ event, writes }) => `the notification of event ${event} was written ${writes} times`),
    phantomEffects: effects.filter(({ event }) => !expected.has(event)).map(({ event }) => `there is a notification for event ${event}, which was never published`),
  }
}
