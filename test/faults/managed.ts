import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

/** How a process is started, each time. */
export interface ProcessSpec {
  readonly name: string
  readonly file: string
  readonly args: readonly string[]
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
  /** Takes all that it prints, of all its lives. */
  readonly logFile: string
}

/** A process that is started again when it ends by itself, as a kubelet would. */
export interface Managed {
  readonly name: string
  /** Its process id, while it runs. */
  readonly pid: number | undefined
  /** How often it ended by itself. */
  readonly failures: number
  start(): void
  signal(signal: NodeJS.Signals): void
  /** Sends a signal that ends it, and keeps it down until `start`. SIGKILL follows when it is still there after 20 s. */
  takeDown(signal: 'SIGKILL' | 'SIGTERM'): Promise<void>
}

const restartMs = 1000
const patienceMs = 20_000

/** Makes the kernel end the child when this process is gone, however it ended. */
const guarded = ({ file, args }: ProcessSpec): [string, string[]] => ['setpriv', ['--pdeathsig', 'KILL', '--', file, ...args]]

const spawnTo = (spec: ProcessSpec): ChildProcess => {
  const log = openSync(spec.logFile, 'a')
  const [file, args] = guarded(spec)
  const child = spawn(file, args, { cwd: spec.cwd, env: spec.env, stdio: ['ignore', log, log] })
  closeSync(log)
  return child
}

/** A process that is not started yet. Only what it has started itself is ever signalled. */
export const createManaged = (spec: ProcessSpec): Managed => {
  let child: ChildProcess | undefined
  let gone = Promise.resolve()
  let wanted = false
  let failures = 0
  const start = (): void => {
    wanted = true
    if (child) return
    const started = spawnTo(spec)
    child = started
    gone = new Promise((resolve) => {
      const onEnd = (): void => {
        if (child !== started) return
        child = undefined
        resolve()
        if (wanted) {
          failures += 1
          setTimeout(() => { if (wanted) start() }, restartMs)
        }
      }
      started.once('exit', onEnd)
      started.once('error', onEnd)
    })
  }
  return {
    name: spec.name,
    get pid() { return child?.pid },
    get failures() { return failures },
    start,
    signal: (signal) => { child?.kill(signal) },
    takeDown: async (signal) => {
      wanted = false
      const ended = gone
      child?.kill(signal)
      if (signal === 'SIGTERM') child?.kill('SIGCONT')
      const patience = new AbortController()
      void sleep(patienceMs, undefined, { signal: patience.signal }).then(() => child?.kill('SIGKILL'), () => undefined)
      await ended
      patience.abort()
    },
  }
}
