/** Random numbers that follow from a seed. */
export interface Random {
  /** From 0 up to 1. */
  next(): number
  between(low: number, high: number): number
  /** True once in so many times. */
  once(inTimes: number): boolean
  pick<T>(items: readonly [T, ...T[]]): T
}

/** Mulberry32. */
export const createRandom = (seed: number): Random => {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  return {
    next,
    between: (low, high) => low + next() * (high - low),
    once: (inTimes) => next() * inTimes < 1,
    pick: (items) => items[Math.floor(next() * items.length)] ?? items[0],
  }
}
