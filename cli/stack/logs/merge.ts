import type { LogLine } from './line.ts'

/** Lines by time; those of one moment stay in the order in which they are given. Pure. */
export const merged = (lines: readonly LogLine[]): LogLine[] => lines.toSorted((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0))

/** Merges lines while they come: holds each for a moment, in which one that was written before it may still arrive. */
export interface LiveMerge {
  readonly add: (line: LogLine, nowMs: number) => void
  /** Gives out the lines whose moment is over, by time, with all that were written before them. */
  readonly take: (nowMs: number) => LogLine[]
}

export const liveMerge = (holdMs: number): LiveMerge => {
  let held: { readonly line: LogLine; readonly arrivedMs: number }[] = []
  return {
    add: (line, nowMs) => { held.push({ line, arrivedMs: nowMs }) },
    take: (nowMs) => {
      const newest = merged(held.filter(({ arrivedMs }) => arrivedMs <= nowMs - holdMs).map(({ line }) => line)).at(-1)
      if (!newest) return []
      const { out = [], left = [] } = Object.groupBy(held, ({ line }) => (line.time <= newest.time ? 'out' : 'left'))
      held = left
      return merged(out.map(({ line }) => line))
    },
  }
}
