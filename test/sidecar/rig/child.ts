import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

/** A process of the rig; everything it printed is in `lines`. */
export interface Child {
  readonly lines: readonly string[]
  /** Exit code, or the signal that ended it; undefined while it runs. */
  readonly ended: number | NodeJS.Signals | undefined
  signal(signal: NodeJS.Signals): void
  /** When it has ended. */
  exit(): Promise<number | NodeJS.Signals>
  /** Ends it: SIGTERM, and SIGKILL after 15 s. */
  stop(): Promise<void>
}

export interface ChildOptions {
  readonly cwd: string
  readonly env?: Readonly<Record<string, string>>
}

const collect = (child: ChildProcess, lines: string[]): void => {
  for (const stream of [child.stdout, child.stderr]) {
    if (stream) createInterface({ input: stream }).on('line', (line) => lines.push(line))
  }
}

const endOf = ({ exitCode, signalCode }: ChildProcess): number | NodeJS.Signals | undefined => exitCode ?? signalCode ?? undefined

/** Starts a process with nothing of our environment but PATH and HOME. */
export const startChild = (command: string, args: readonly string[], { cwd, env = {} }: ChildOptions): Child => {
  const { PATH = '', HOME = '' } = process.env
  const child = spawn(command, args, { cwd, env: { PATH, HOME, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
  const lines: string[] = []
  collect(child, lines)
  const exited = once(child, 'exit').then(() => endOf(child) ?? 0, (error: unknown) => { throw error })
  exited.catch((error: unknown) => lines.push(String(error)))
  return {
    lines,
    get ended() { return endOf(child) },
    signal: (signal) => { child.kill(signal) },
    exit: () => exited,
    stop: async () => {
      if (endOf(child) !== undefined) return
      child.kill('SIGCONT')
      child.kill('SIGTERM')
      const killer = setTimeout(() => child.kill('SIGKILL'), 15_000)
      await exited.finally(() => { clearTimeout(killer) })
    },
  }
}

/** Waits until a process is up, and ends it where it does not come up. */
export const orEnd = <T>(child: Child, up: Promise<T>): Promise<T> =>
  up.catch(async (error: unknown) => {
    await child.stop()
    throw error
  })
