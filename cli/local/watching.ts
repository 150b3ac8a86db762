import { stripVTControlCharacters } from 'node:util'

/** What `node --watch` did with the program. */
export type WatchEvent = 'restarting' | 'ended'

/** Reads what `node --watch` says among the lines of the program. */
export const watchEventOf = (line: string): WatchEvent | undefined => {
  const text = stripVTControlCharacters(line)
  if (/^Restarting '.+'$/.test(text)) return 'restarting'
  if (/^(Failed|Completed) running '.+'\. Waiting for file changes before restarting\.\.\.$/.test(text)) return 'ended'
  return undefined
}
