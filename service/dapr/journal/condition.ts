import type { Log } from '../handlers.ts'

/** Something that works or does not, logged once per change. */
export interface Condition {
  works(): void
  fails(error: unknown): void
}

export const createCondition = (log: Log, what: string): Condition => {
  let failing = false
  return {
    works: () => {
      if (failing) log.info(`${what}: works again`)
      failing = false
    },
    fails: (error) => {
      if (!failing) log.warn({ err: error }, `${what}: fails, and is tried again`)
      failing = true
    },
  }
}
