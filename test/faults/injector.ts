import type { Outage } from './history.ts'
import type { Fault } from './plan.ts'

/** Waits for the right moment, deals the blow, and counts it if it did not throw. */
export type Strike = (blow: () => Promise<void>) => Promise<void>

/** Brings faults over a stack, several at a time, but never two over one target. */
export interface Injector {
  /** Starts a fault as soon as its target is free, and gives its end: when all runs again that it had stopped. */
  inject(fault: Fault, strike: Strike): Promise<void>
  /** Those of the store and the broker that are over. */
  readonly outages: readonly Outage[]
  /** Whether the store or the broker is out now. */
  readonly isOut: boolean
}

/** Lets work wait for whoever holds the same names. */
export const createLocks = () => {
  const held = new Map<string, Promise<void>>()
  return async (names: readonly string[], work: () => Promise<void>): Promise<void> => {
    const before = names.map((name) => held.get(name) ?? Promise.resolve())
    const { promise, resolve } = Promise.withResolvers<undefined>()
    for (const name of names) held.set(name, promise)
    try {
      await Promise.all(before)
      await work()
    } finally {
      resolve(undefined)
    }
  }
}

/** Keeps the outages of store and broker. */
export const createOutages = () => {
  const over: Outage[] = []
  let out = 0
  return {
    over,
    get isOut() { return out > 0 },
    /** One begins; it is over when the function that this gives is called. */
    open: (): (() => void) => {
      const from = Date.now()
      out += 1
      return () => {
        out -= 1
        over.push({ from, to: Date.now() })
      }
    },
  }
}
