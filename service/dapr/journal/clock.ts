/** Time as the journal measures it; a test has its own. Both counts never go back and have no common start. */
export interface Clock {
  /** Milliseconds of which at least so many have passed. Stands still while the machine sleeps, so that others are never given up too early. */
  now(): number
  /** Milliseconds of which at most so many have passed: what the replica's own lease is measured by. */
  latest(): number
  /** Runs `work` after `ms`, unless what it returns is called before. Does not keep the process alive. */
  after(ms: number, work: () => void): () => void
}

/** Adds up whichever of the two clocks went further since the last look; a wall clock that is set back counts for nothing. */
const furthest = (): (() => number) => {
  let total = 0
  let seen = { steady: performance.now(), wall: Date.now() }
  return () => {
    const now = { steady: performance.now(), wall: Date.now() }
    total += Math.max(now.steady - seen.steady, now.wall - seen.wall)
    seen = now
    return total
  }
}

/** The clocks and timers of this process. */
export const systemClock = (): Clock => ({
  now: () => performance.now(),
  latest: furthest(),
  after: (ms, work) => {
    const timer = setTimeout(work, ms).unref()
    return () => { clearTimeout(timer) }
  },
})
