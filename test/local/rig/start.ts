import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'

import { until } from '../../sidecar/rig/until.ts'

/** A run of the local runner, as `npm start` starts it. */
export interface Started {
  readonly pid: number
  /** All that it printed so far, on both streams. */
  text(): string
  /** Waits until what it printed matches. */
  says(pattern: RegExp, seconds?: number): Promise<void>
  signal(signal: NodeJS.Signals): void
  /** Its exit code, or the signal that ended it. */
  ended(): Promise<number | NodeJS.Signals>
}

const collect = (child: ChildProcess): (() => string) => {
  let text = ''
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', (chunk: string) => { text += chunk })
  return () => text
}

/** Starts the stack of a checkout. */
export const startStack = (folder: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Started => {
  const { PATH = '', HOME = '' } = process.env
  const base = { HOME, PATH: `${resolve('node_modules/.bin')}:${PATH}` }
  const child = spawn(process.execPath, ['cli/local/main.ts', ...args], { cwd: folder, env: { ...base, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
  const text = collect(child)
  const closed = once(child, 'close')
  return {
    pid: child.pid ?? 0,
    text,
    says: async (pattern, seconds = 60) => {
      await until(`"${pattern}"`, seconds, async () => {
        if (child.exitCode !== null && !pattern.test(text())) throw new Error(`it ended with ${child.exitCode}: ${text()}`)
        return pattern.test(text())
      })
    },
    signal: (signal) => { child.kill(signal) },
    ended: async () => {
      await closed
      return child.exitCode ?? child.signalCode ?? 0
    },
  }
}
