import { mulberry32 } from '../../support/mulberry32.ts'

/** Random numbers that follow from a seed. */
export interface Random {
  /** From 0 up to 1. */
  next(): number
  between(low: number, high: number): number
  /** True once in so many times. */
  once(inTimes: number): boolean
  pick<T>(items: readonly [T, ...T[]]): T
}

/** A generator of such numbers. */
export const createRandom = (seed: number): Random => {
  const next = mulberry32(seed)
  return {
    next,
    between: (low, high) => low + next() * (high - low),
    once: (inTimes) => next() * inTimes < 1,
    pick: (items) => items[Math.floor(next() * items.length)] ?? items[0],
  }
}
