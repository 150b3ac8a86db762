import { AsyncLocalStorage } from 'node:async_hooks'

const budgets = new AsyncLocalStorage<{ readonly endsAt: number }>()

/** Runs `work` so that all sidecar calls in it together take at most `ms` milliseconds. The innermost budget counts. */
export const withTimeBudget = <T>(ms: number, work: () => T): T => budgets.run({ endsAt: performance.now() + ms }, work)

/** Milliseconds left of the current budget, 0 when it is used up; `Infinity` without one. */
export const remainingMs = (): number => {
  const budget = budgets.getStore()
  return budget === undefined ? Infinity : Math.max(0, budget.endsAt - performance.now())
}
