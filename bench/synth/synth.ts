import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'

import type { Host } from '../../test/faults/host.ts'
import { type Spread, spreadOf } from '../statistics.ts'

/** A whole process: seconds that passed, CPU seconds, and MB of memory at most. */
interface Cost {
  readonly wall: number
  readonly cpu: number
  readonly mb: number
}

const measured = /cost (\S+) (\S+)/

/** Runs a program as `npm run synth` runs the app, by cdk8s, and has it say at its end what it took. */
const runOnce = async ({ node, root, path, home, temporary }: Host, program: string, args: readonly string[]): Promise<Cost> => {
  const out = await mkdtemp(join(temporary, 'dapr-stack-synth-'))
  const start = performance.now()
  const app = ['node --import ./bench/synth/cost.mjs', program, ...args].join(' ')
  const child = spawn(node, ['node_modules/.bin/cdk8s', 'synth', '--app', app, '--output', join(out, 'dist')], {
    cwd: root, env: { PATH: path, HOME: home, CDK8S_CHECK_UPGRADE: 'false' }, stdio: ['ignore', 'ignore', 'pipe'],
  })
  let text = ''
  child.stderr.on('data', (chunk: Buffer) => { text += chunk.toString() })
  await once(child, 'close')
  const { exitCode: code } = child
  const wall = (performance.now() - start) / 1000
  await rm(out, { recursive: true, force: true })
  const [, cpu, mb] = measured.exec(text) ?? []
  if (code !== 0 || cpu === undefined) throw new Error(`"${program}" failed with ${code}: ${text.slice(0, 2000)}`)
  return { wall, cpu: Number(cpu), mb: Number(mb) }
}

const programs = 'bench/synth'
const counts = [1, 3, 10, 30, 100, 300, 1000] as const

interface Row {
  readonly name: string
  readonly program: string
  readonly args: readonly string[]
  /** How often. */
  readonly rounds: number
}

const rows: readonly Row[] = [
  { name: 'empty cdk8s app', program: `${programs}/empty-app.ts`, args: [], rounds: 5 },
  { name: 'the task stack', program: 'infra/main.ts', args: [], rounds: 5 },
  ...counts.map((count) => ({ name: `${count} app(s)`, program: `${programs}/many-apps.ts`, args: [`${count}`], rounds: count > 100 ? 1 : 3 })),
]

const text = ({ median, low, high }: Spread): string => `${median.toFixed(2)} (${low.toFixed(2)}-${high.toFixed(2)})`

/** The time and memory of synth for more and more apps, to those of an app that has nothing, as lines of a table. */
export const benchSynth = async (host: Host): Promise<string[]> => {
  const all = new Map<Row, Cost[]>(rows.map((row) => [row, []]))
  for (let round = 0; round < Math.max(...rows.map(({ rounds }) => rounds)); round += 1) {
    for (const row of rows) if (round < row.rounds) all.get(row)?.push(await runOnce(host, row.program, row.args))
    host.print(`round ${round + 1} is over`)
  }
  const empty = spreadOf((all.get(rows[0] as Row) ?? []).map(({ wall }) => wall)).median // the first row is there
  return [
    '| | wall s | to the empty app | CPU s of the app | MB of the app at most |',
    '|---|---|---|---|---|',
    ...[...all].map(([{ name }, costs]) => {
      const wall = spreadOf(costs.map((cost) => cost.wall))
      return `| ${name} | ${text(wall)} | ${(wall.median / empty).toFixed(2)} | ${text(spreadOf(costs.map(({ cpu }) => cpu)))} | ${spreadOf(costs.map(({ mb }) => mb)).median.toFixed(0)} |`
    }),
  ]
}
