import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

const attempt = (read: () => string): string => {
  try {
    return read()
  } catch {
    return '' // it ended in the meantime
  }
}

/** A process: its number and its command line. */
export interface Found {
  readonly pid: number
  readonly command: string
}

/** The processes that work in a folder or name it in their command. */
export const processesOf = (folder: string): Found[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => ({
      pid: Number(pid),
      cwd: attempt(() => readlinkSync(`/proc/${pid}/cwd`)),
      command: attempt(() => readFileSync(`/proc/${pid}/cmdline`, 'utf8')).replaceAll('\0', ' '),
    }))
    .filter(({ cwd, command }) => cwd.startsWith(folder) || command.includes(folder))
    .map(({ pid, command }) => ({ pid, command }))
