import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'

import type { Command } from './commands.ts'
import { type Guardian, startGuardian } from './guardian.ts'
import type { Host } from './host.ts'

/** A running process and all that it starts, which are one process group. */
export interface Running {
  readonly name: string
  /** The last lines it printed. */
  readonly tail: readonly string[]
  /** How it ended, in words: `exit code 1`, `SIGKILL`, or why it could not start. */
  readonly ended: Promise<string>
}

/** The processes of a run. */
export interface Processes {
  /** Starts one; each line that it prints is handed on, with the stream it came on. */
  start(command: Command, onLine: (line: string, stream: 'stdout' | 'stderr') => void): Running
  /** Ends all, those with `endsFirst` before the others: SIGTERM, and SIGKILL for what is left at the deadline or when `atOnce` is aborted. */
  stop(atOnce: AbortSignal): Promise<void>
}

const tailLength = 30
const deadlineMs = 10_000

const endOf = (child: ChildProcess): Promise<string> =>
  new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message))
    child.once('close', (code, signal) => resolve(signal ?? `exit code ${code}`))
  })

const readLines = (child: ChildProcess, tail: string[], onLine: Parameters<Processes['start']>[1]): void => {
  for (const stream of ['stdout', 'stderr'] as const) {
    const input = child[stream]
    if (input) createInterface({ input }).on('line', (line) => {
      tail.push(line)
      if (tail.length > tailLength) tail.shift()
      onLine(line, stream)
    })
  }
}

interface Group {
  readonly ended: Promise<string>
  readonly first: boolean
}

/** Signals a whole process group; it may be gone already. */
const signalGroup = ({ kill }: Host, pid: number, signal: NodeJS.Signals): void => {
  try {
    kill(-pid, signal)
  } catch {
    // nobody is left in it
  }
}

const launch = (host: Host, { file, args, cwd, env }: Command): ChildProcess =>
  spawn(file, args, { cwd, env: { ...host.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'], detached: true })

/** The processes of a run: none outlives `stop`, nor this process. */
export const createProcesses = (host: Host): Processes => {
  const guardian: Guardian = startGuardian()
  const groups = new Map<number, Group>()
  let stopping = false
  const watch = (child: ChildProcess, first: boolean): Promise<string> => {
    const { pid } = child
    if (pid === undefined) return endOf(child)
    guardian.add(pid)
    child.once('exit', () => signalGroup(host, pid, 'SIGKILL')) // what the leader has left
    const ended = endOf(child).finally(() => {
      groups.delete(pid)
      guardian.remove(pid)
    })
    groups.set(pid, { ended, first })
    return ended
  }
  const signalAll = (signal: NodeJS.Signals): void => { for (const pid of groups.keys()) signalGroup(host, pid, signal) }
  const endThose = async (which: (group: Group) => boolean): Promise<void> => {
    const those = [...groups].filter(([, group]) => which(group))
    for (const [pid] of those) signalGroup(host, pid, 'SIGTERM')
    await Promise.all(those.map(([, { ended }]) => ended))
  }
  return {
    start: (command, onLine) => {
      if (stopping) return { name: command.name, tail: [], ended: Promise.resolve('not started, for the run ends') }
      const child = launch(host, command)
      const tail: string[] = []
      readLines(child, tail, onLine)
      return { name: command.name, tail, ended: watch(child, command.endsFirst ?? false) }
    },
    stop: async (atOnce) => {
      stopping = true
      const patience = new AbortController()
      const signal = AbortSignal.any([atOnce, patience.signal])
      void sleep(deadlineMs, undefined, { signal }).catch(() => undefined).then(() => signalAll('SIGKILL'))
      await endThose(({ first }) => first)
      await endThose(() => true)
      patience.abort()
      await guardian.end()
    },
  }
}
