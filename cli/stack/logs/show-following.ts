import { holds } from './filter.ts'
import { followAll } from './follow.ts'
import type { LogLine } from './line.ts'
import { liveMerge } from './merge.ts'
import type { LogReader, Reading } from './read.ts'

const [holdMs, showMs] = [500, 100]

/** Shows the lines that are written after a reading and hold the words, merged by time, until the signal is aborted. */
export const showFollowing = async (reader: LogReader, before: Reading, words: readonly string[], show: (lines: readonly LogLine[]) => void, signal: AbortSignal): Promise<void> => {
  const live = liveMerge(holdMs)
  const timer = setInterval(() => show(live.take(Date.now())), showMs)
  try {
    await followAll(reader, before, (line) => { if (holds(line, words)) live.add(line, Date.now()) }, signal)
  } finally {
    clearInterval(timer)
    show(live.take(Infinity))
  }
}
