import { z } from 'zod'

import { isApart } from './statistics.ts'

const Spread = z.object({ median: z.number(), low: z.number(), high: z.number() })

/** What one subject did in one scenario, over all rounds. */
const Result = z.object({
  subject: z.string(),
  /** Requests in flight. */
  inFlight: z.number().int(),
  operations: z.number().int(),
  perSecond: Spread,
  /** Operations a second, to those of the limit in the same round. */
  ratio: Spread,
  /** CPU that the limit took for an operation, to that of this: both in all processes but the generator. Other work on the machine hardly moves it. */
  cpuRatio: Spread,
  /** Milliseconds. */
  p50: Spread,
  p99: Spread,
  /** CPU seconds for 1,000 operations. */
  serviceCpu: Spread,
  sidecarCpu: Spread,
  serversCpu: Spread,
  generatorCpu: Spread,
  residentMb: Spread,
  errors: z.record(z.string(), z.number()),
})
export type Result = z.infer<typeof Result>

const ScenarioResult = z.object({ scenario: z.string(), results: z.array(Result) })
export type ScenarioResult = z.infer<typeof ScenarioResult>

/** What a run measured, and on what. */
export const Report = z.object({
  schema: z.literal(1),
  at: z.iso.datetime(),
  broker: z.enum(['redis', 'kafka']),
  replicas: z.number().int(),
  rounds: z.number().int(),
  seconds: z.number(),
  node: z.string(),
  cpus: z.number().int(),
  /** Processes that wanted a CPU, averaged over a minute, before and after the run: what else the machine did. */
  load: z.tuple([z.number(), z.number()]),
  fsync: z.array(z.string()),
  /** Resident MB of each service before the first request. */
  atRestMb: z.record(z.string(), z.number()),
  /** Milliseconds from the start of each service's process until it listened. */
  startMs: z.record(z.string(), Spread),
  scenarios: z.array(ScenarioResult),
})
export type Report = z.infer<typeof Report>

export const limitName = 'limit'

/** What went wrong in a run: it measured nothing then. */
export const errorsIn = ({ scenarios }: Report): string[] =>
  scenarios.flatMap(({ scenario, results }) =>
    results.flatMap(({ subject, errors }) => Object.entries(errors).map(([reason, count]) => `${scenario}, ${subject}: ${count} x ${reason}`)),
  )

const compared = { ratio: 'of the limit', cpuRatio: 'of the limit by CPU' } as const

const moves = (old: Result, now: Result): string[] =>
  (['ratio', 'cpuRatio'] as const).flatMap((figure) =>
    isApart(old[figure], now[figure]) ? [`${old[figure].median.toFixed(2)} ${compared[figure]}, now ${now[figure].median.toFixed(2)}`] : [],
  )

/** What moved since a recorded run by more than the rounds of either differ: throughput or CPU, both to the limit's of their own run. */
export const movedSince = (before: Report, now: Report): string[] => {
  const known = new Map(before.scenarios.flatMap(({ scenario, results }) => results.map((result) => [`${scenario}, ${result.subject}`, result])))
  return now.scenarios.flatMap(({ scenario, results }) =>
    results.flatMap((result) => {
      const name = `${scenario}, ${result.subject}`
      const old = known.get(name)
      if (!old || result.subject === limitName) return []
      return moves(old, result).map((move) => `${name}: ${move}`)
    }),
  )
}

const columns = ['scenario', 'subject', 'in flight', 'per second (low-high)', 'of the limit (low-high)', 'by CPU', 'p50 ms', 'p99 ms', 'CPU s/1,000: service', 'sidecar', 'servers', 'generator', 'MB'] as const

const whole = ({ median, low, high }: Result['ratio']): string => `${median.toFixed(0)} (${low.toFixed(0)}-${high.toFixed(0)})`
const exact = ({ median, low, high }: Result['ratio']): string => `${median.toFixed(2)} (${low.toFixed(2)}-${high.toFixed(2)})`

/** The rows of a report's table, without its head. */
export const rowsOf = ({ scenarios }: Report): string[][] =>
  scenarios.flatMap(({ scenario, results }) =>
    results.map((result) => [
      scenario, result.subject, `${result.inFlight}`, whole(result.perSecond), exact(result.ratio), result.cpuRatio.median.toFixed(2), result.p50.median.toFixed(1), result.p99.median.toFixed(1),
      ...[result.serviceCpu, result.sidecarCpu, result.serversCpu, result.generatorCpu].map(({ median }) => median.toFixed(2)), result.residentMb.median.toFixed(0),
    ]),
  )

export const headOf = (): readonly string[] => columns

/** A report as lines of a Markdown table, with what it was measured on. */
export const reportLines = (report: Report): string[] => {
  const { at, broker, replicas, rounds, seconds, cpus, node, load, fsync, atRestMb, startMs } = report
  return [
    `${at}: ${broker}, ${replicas} replica(s), ${rounds} rounds of ${seconds} s, ${cpus} CPUs, Node ${node}, load ${load.map((value) => value.toFixed(1)).join(' to ')}, ${fsync.join('; ')}`,
    ...Object.entries(atRestMb).map(([subject, mb]) => `${subject}: ${mb.toFixed(0)} MB at rest, listens after ${startMs[subject] ? whole(startMs[subject]) : '?'} ms`),
    '',
    `| ${columns.join(' | ')} |`,
    `|${columns.map(() => '---|').join('')}`,
    ...rowsOf(report).map((row) => `| ${row.join(' | ')} |`),
  ]
}
