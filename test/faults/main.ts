import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { resolve } from 'node:path'

import { asksForHelp } from '../../toolchain/command-line.ts'
import { ExpectedError } from '../../toolchain/errors.ts'
import type { Host } from './host.ts'
import { readOptions, usage } from './options.ts'
import { reportLines } from './report.ts'
import { runFaults } from './run.ts'
import { countOf } from './violations.ts'

const print = (line: string): void => { process.stdout.write(`${line}\n`) }

const host: Host = {
  root: resolve(import.meta.dirname, '../..'),
  temporary: tmpdir(),
  node: process.execPath,
  path: process.env['PATH'] ?? '',
  home: process.env['HOME'] ?? '',
  print,
}

/** 0: nothing was found; 1: something was; 2: wrong command line. */
const main = async (args: readonly string[]): Promise<number> => {
  const { on: place, broker, ops, kills, seed, 'drain-seconds': drainSeconds, pace: paceSeconds, broken, keep, json } = readOptions(args)
  const result = await runFaults(host, { place, broker, operations: ops, kills, seed, paceSeconds, drainSeconds, broken, keep })
  for (const line of reportLines(result)) print(line)
  if (json !== undefined) await writeFile(json, `${JSON.stringify(result, undefined, 2)}\n`)
  const found = countOf(result.verdict.violations)
  print(found === 0 ? '\nNothing was lost, nothing was invented.' : `\n${found} violation(s).`)
  return found === 0 ? 0 : 1
}

// Every child ends with this process, by the kernel.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(130))

try {
  const args = process.argv.slice(2)
  if (asksForHelp(args)) print(usage)
  else process.exitCode = await main(args)
} catch (error) {
  if (!(error instanceof ExpectedError)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exit(error.exitCode) // what was started by then would keep it alive
}
