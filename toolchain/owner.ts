import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'

/** A process that cannot be mistaken for a later one with the same number. */
export interface Owner {
  readonly pid: number
  readonly started: string
}

/** The identity of a running process, or undefined when there is none with that number. */
export function ownerOf(pid: number): Owner | undefined {
  const started = existsSync('/proc/self/stat') ? startInProc(pid) : startByPs(pid)
  return started === undefined ? undefined : { pid, started }
}

/** Whether exactly this process still runs: same number and same start. */
export const isRunning = (owner: Owner): boolean => ownerOf(owner.pid)?.started === owner.started

function startInProc(pid: number): string | undefined {
  try {
    // The command name, field 2, may hold spaces and brackets, so fields are counted after its closing bracket.
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return fields[0] === 'Z' ? undefined : fields[19]
  } catch {
    return undefined
  }
}

function startByPs(pid: number): string | undefined {
  try {
    return execFileSync('ps', ['-o', 'lstart=', '-p', `${pid}`], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()
  } catch {
    return undefined
  }
}
