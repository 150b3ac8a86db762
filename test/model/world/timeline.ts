import { setImmediate as turn } from 'node:timers/promises'

/** Time that passes only when a test lets it; milliseconds. */
export interface Timeline {
  readonly now: number
  /** Runs `work` at a moment, after all that was put there before; gives what takes it back. */
  at(moment: number, work: () => void): () => void
  /** Lets all happen that is due until a moment, one thing after the other, each with what it causes at once. */
  pass(until: number): Promise<void>
}

interface Entry {
  readonly moment: number
  readonly work: () => void
}

export const createTimeline = (): Timeline => {
  const entries: Entry[] = []
  let now = 0
  return {
    get now() { return now },
    at: (moment, work) => {
      const entry = { moment: Math.max(moment, now), work }
      const later = entries.findLastIndex((other) => other.moment <= entry.moment) + 1
      entries.splice(later, 0, entry)
      return () => {
        const index = entries.indexOf(entry)
        if (index >= 0) entries.splice(index, 1)
      }
    },
    pass: async (until) => {
      for (let next = entries[0]; next && next.moment <= until; next = entries[0]) {
        entries.shift()
        now = next.moment
        next.work()
        await turn()
      }
      now = until
    },
  }
}
