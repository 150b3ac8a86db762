import { mulberry32 } from '../support/mulberry32.ts'

/** Numbers that look random and are the same for the same seed. */
export interface Random {
  /** At least 0, below 1. */
  next(): number
  /** At least `low`, below `high`. */
  between(low: number, high: number): number
  chance(share: number): boolean
  /** @throws Error when there is nothing to pick from */
  pick<T>(items: readonly T[]): T
  /** Picks by weight. */
  weighted<T extends string>(weights: Readonly<Record<T, number>>): T
  /** So many hexadecimal digits. */
  hex(digits: number): string
}

/** A generator of such numbers. */
export const createRandom = (seed: number): Random => {
  const next = mulberry32(seed)
  const pick = <T>(items: readonly T[]): T => {
    const index = Math.floor(next() * items.length)
    if (!(index in items)) throw new Error('nothing to pick from')
    return items[index] as T // `in` has shown that it is there
  }
  return {
    next,
    between: (low, high) => low + next() * (high - low),
    chance: (share) => next() < share,
    pick,
    weighted: <T extends string>(weights: Readonly<Record<T, number>>) => {
      const entries = Object.entries<number>(weights) as [T, number][] // Object.entries widens the keys to string
      let left = next() * entries.reduce((sum, [, weight]) => sum + weight, 0)
      return (entries.find(([, weight]) => (left -= weight) < 0) ?? pick(entries))[0]
    },
    hex: (digits) => Array.from({ length: digits }, () => Math.floor(next() * 16).toString(16)).join(''),
  }
}
