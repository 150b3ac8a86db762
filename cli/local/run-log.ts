import { createWriteStream, renameSync, type WriteStream } from 'node:fs'
import { readFile } from 'node:fs/promises'

import { z } from 'zod'

import type { Folder } from './folder.ts'

/** All that the processes of a run print, kept while it runs. */
export interface RunLog {
  readonly write: (name: string, text: string) => void
  readonly close: () => Promise<void>
}

const Line = z.object({ time: z.string(), name: z.string(), text: z.string() })
/** A line that a process of a run printed, when, and by which name it is known on the terminal. */
export type RunLogLine = z.infer<typeof Line>

/** Then the file becomes the older one, and the older one goes: a run that is left on must not fill the disk. Bytes. */
const longest = 16 * 2 ** 20

const opened = (file: string): WriteStream => {
  const stream = createWriteStream(file, { flags: 'a' })
  stream.on('error', () => undefined) // a full disk is for the services to tell
  return stream
}

/** Opens the log of a run. */
export const openRunLog = ({ log, olderLog }: Pick<Folder, 'log' | 'olderLog'>): RunLog => {
  let stream = opened(log)
  let written = 0
  const turn = (): void => {
    stream.end()
    renameSync(log, olderLog)
    stream = opened(log)
    written = 0
  }
  return {
    write: (name, text) => {
      const line = `${JSON.stringify({ time: new Date().toISOString(), name, text } satisfies RunLogLine)}\n`
      if (written > longest) turn()
      written += line.length
      stream.write(line)
    },
    close: () => new Promise((resolve) => { stream.end(() => resolve()) }),
  }
}

const linesIn = async (file: string): Promise<RunLogLine[]> => {
  const text = await readFile(file, 'utf8').catch(() => '')
  return text.split('\n').flatMap((line) => (line.endsWith('}') ? Line.parse(JSON.parse(line)) : []))
}

/** What the processes of a run printed so far, by time. */
export const readRunLog = async ({ log, olderLog }: Pick<Folder, 'log' | 'olderLog'>): Promise<RunLogLine[]> => [...(await linesIn(olderLog)), ...(await linesIn(log))]
