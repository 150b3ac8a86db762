import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, resolve } from 'node:path'

import { asksForHelp } from '../toolchain/command-line.ts'
import { ExpectedError } from '../toolchain/errors.ts'
import { run } from '../toolchain/run.ts'
import type { Host } from '../test/faults/host.ts'
import { type Options, readOptions, usage } from './options.ts'
import { benchOverload, isKept, overloadLines } from './overload.ts'
import { pageOf } from './page.ts'
import { errorsIn, movedSince, Report, reportLines } from './report.ts'
import { runBench } from './run.ts'
import { scenariosOf } from './scenario.ts'
import { benchSoak, soakLines } from './soak.ts'
import { benchSynth } from './synth/synth.ts'
import { profiled, service, variantSpec } from './variants.ts'

const print = (line: string): void => { process.stdout.write(`${line}\n`) }
const printAll = (lines: readonly string[]): void => { for (const line of lines) print(line) }
const root = resolve(import.meta.dirname, '..')
const host: Host = { root, temporary: tmpdir(), node: process.execPath, path: process.env['PATH'] ?? '', home: process.env['HOME'] ?? '', print }

const baselineFile = ({ broker, replicas }: Pick<Options, 'broker' | 'replicas'>): string => resolve(import.meta.dirname, `baseline-${broker}-${replicas}.json`)

const write = async (file: string, text: string): Promise<void> => {
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, text)
}

const readBaseline = async (file: string): Promise<Report | undefined> => {
  try {
    return Report.parse(JSON.parse(await readFile(file, 'utf8')))
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

const printMoves = (before: Report | undefined, now: Report): void => {
  if (!before) return
  const moved = movedSince(before, now)
  print(moved.length === 0 ? `\nNothing moved beyond the noise since ${before.at}.` : `\nMoved beyond the noise since ${before.at}:`)
  printAll(moved)
}

const build = async (): Promise<void> => {
  print('Building the services')
  await run('npm', ['run', 'build'], { cwd: root })
}

/** 0: measured; 1: requests failed, or events were lost, so that nothing counts. */
const benchServices = async (options: Options): Promise<number> => {
  const { broker, replicas, rounds, seconds, only, connections = options.full ? [1, 32, 256] : [1, 32], full } = options
  await build()
  const services = [service, ...options.vs.map(variantSpec)].map((spec) => (options.profile === undefined ? spec : profiled(spec, resolve(options.profile))))
  const report = await runBench(host, { broker, replicas, rounds, seconds, services, starts: 5, scenarios: scenariosOf(only, connections, full) })
  printAll(reportLines(report))
  const text = `${JSON.stringify(report, undefined, 1)}\n`
  await write(options.json, text)
  await write(options.html, pageOf(report))
  printMoves(await readBaseline(baselineFile(options)), report)
  const errors = errorsIn(report)
  printAll(errors)
  if (options.record && errors.length === 0) await write(baselineFile(options), text)
  return errors.length === 0 ? 0 : 1
}

// Every child ends with this process, by the kernel.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(130))

/** Gives the exit code. */
const kinds: Readonly<Record<string, (args: readonly string[]) => Promise<number>>> = {
  synth: async () => {
    printAll(await benchSynth(host))
    return 0
  },
  overload: async (args) => {
    const { broker, seconds } = readOptions(args, { seconds: 10 })
    await build()
    const overload = await benchOverload(host, { broker, seconds, times: 4 })
    printAll(overloadLines(overload))
    return isKept(overload) ? 0 : 1
  },
  soak: async (args) => {
    const { broker, seconds } = readOptions(args, { seconds: 600 })
    await build()
    const soak = await benchSoak(host, { broker, seconds })
    printAll(soakLines(soak))
    return soak.errors === 0 ? 0 : 1
  },
}

try {
  const args = process.argv.slice(2)
  const [first = '', ...rest] = args
  if (asksForHelp(args)) print(usage)
  else process.exitCode = await (kinds[first]?.(rest) ?? benchServices(readOptions(args)))
} catch (error) {
  if (!(error instanceof ExpectedError)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exit(error.exitCode) // what was started by then would keep it alive
}
