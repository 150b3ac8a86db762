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

/** A generator by the algorithm mulberry32. */
export const createRandom = (seed: number): Random => {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
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
