import type { Clock } from './journal/clock.ts'
import { withTrace } from './request-trace.ts'
import { withTimeBudget } from './time-budget.ts'

/** What nobody waits for is collected for so long and done together: joined, its calls cost a fraction. Milliseconds. */
const collectMs = 20

/** Work that is done soon, outside of the requests that caused it. It must not reject. */
export interface Soon {
  add(work: () => Promise<void>): void
  /** Does at once what there is, and waits for what is under way. */
  finish(): Promise<void>
}

export const createSoon = (clock: Clock): Soon => {
  let works: (() => Promise<void>)[] = []
  const running = new Set<Promise<unknown>>()
  let cancel: (() => void) | undefined

  const start = (): void => {
    cancel?.()
    cancel = undefined
    const due = works
    works = []
    const all = withTimeBudget(Infinity, () => withTrace({}, () => Promise.all(due.map((work) => work()))))
    running.add(all)
    void all.finally(() => running.delete(all))
  }
  return {
    add: (work) => {
      works.push(work)
      cancel ??= clock.after(collectMs, start)
    },
    finish: async () => {
      start()
      await Promise.all(running)
    },
  }
}
