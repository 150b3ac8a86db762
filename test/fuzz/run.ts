import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { execa } from 'execa'

import type { AppOf } from '../../config/define/index.ts'
import type { TaskStack } from '../../config/tasks/index.ts'
import type { Progress } from '../../toolchain/progress.ts'
import { ensureSchemathesis, type PythonProgram } from '../../toolchain/python.ts'
import { startSelfHosted } from '../sidecar/rig/self-hosted.ts'
import type { FuzzOptions } from './options.ts'

/** What schemathesis found at one API; `text` is all that it printed. */
export interface FuzzResult {
  readonly app: string
  readonly passed: boolean
  readonly text: string
  /** How many cases each operation got, by method and path. */
  readonly cases: Readonly<Record<string, number>>
}

/** What hooks.py tells at its end. */
const casesIn = (text: string): Record<string, number> =>
  Object.fromEntries([...text.matchAll(/^(\d+) cases of (.+)$/gm)].map(([, number = '', operation = '']) => [operation, Number(number)]))

const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url))

/** Each service that has an API for callers. */
export const fuzzedApps = ['task-api', 'notification-service'] as const satisfies readonly AppOf<TaskStack>[]

/** Runs all checks of schemathesis against the document that a service serves, and the service itself. */
export const fuzzApi = async ({ command, args, env }: PythonProgram, app: string, url: string, { cases, seed }: FuzzOptions): Promise<FuzzResult> => {
  const numbers = ['--max-examples', String(cases), '--seed', String(seed)]
  const global = [...args, '--config-file', here('schemathesis.toml')]
  const own = ['run', `${url}/openapi.json`, '--checks', 'all', ...numbers, '--continue-on-failure', '--generation-database', 'none', '--no-color']
  // It writes what it found into the folder that it runs in.
  const cwd = await mkdtemp(join(tmpdir(), 'dapr-stack-fuzz-'))
  try {
    const { exitCode, all } = await execa(command, [...global, ...own], { cwd, env: { ...env, SCHEMATHESIS_HOOKS: here('hooks.py') }, all: true, reject: false })
    return { app, passed: exitCode === 0, text: all, cases: casesIn(all) }
  } finally {
    await rm(cwd, { recursive: true })
  }
}

/** Brings up the services with real sidecars and a real Redis, and fuzzes each API. */
export const fuzzStack = async (options: FuzzOptions, progress: Progress): Promise<FuzzResult[]> => {
  const schemathesis = await ensureSchemathesis(progress)
  const host = await startSelfHosted()
  try {
    const running = await Promise.all(fuzzedApps.map((app) => host.start(app)))
    const results: FuzzResult[] = []
    for (const [index, { url }] of running.entries()) results.push(await fuzzApi(schemathesis, fuzzedApps[index] ?? '', url, options))
    return results
  } finally {
    await host.stop()
  }
}
