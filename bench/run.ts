import { availableParallelism, loadavg } from 'node:os'

import type { Host } from '../test/faults/host.ts'
import type { Broker } from '../test/faults/manifests.ts'
import type { Generator } from './generator.ts'
import { errorsIn, limitName, type Report, type Result, type ScenarioResult } from './report.ts'
import { withRig } from './rig.ts'
import { type Round, runRound } from './round.ts'
import { type Scenario, scenarioName } from './scenario.ts'
import { measureStart } from './start-time.ts'
import { type Spread, spreadOf } from './statistics.ts'
import type { Subject, SubjectSpec } from './subject.ts'

export interface BenchOptions {
  readonly broker: Broker
  readonly replicas: number
  readonly scenarios: readonly Scenario[]
  readonly rounds: number
  readonly seconds: number
  /** How often the start of a service is timed. */
  readonly starts: number
  readonly services: readonly SubjectSpec[]
}

const subscriber = 'bench/subscriber/main.ts'
const limit: SubjectSpec = { name: limitName, target: 'sidecar', program: subscriber, env: { REMEMBER: '1' } }

/** The same sidecar as the limit's, asked for many items in a call. */
const bulkOf = (subject: Subject): Subject => ({ ...subject, name: 'limit of bulk calls', target: 'bulk' })

/** A subject with the number of its requests in flight, where that is not the scenario's. */
interface Entry {
  readonly subject: Subject
  readonly inFlight: number
}

const bulkInFlight = 2
const better = 1.05

/** Seconds, where the rounds are not shorter. */
const longestWarmUp = 1

/** The number of requests in flight at which a short try of the limit is highest, if it is another than the scenario's. */
const otherOf = async (generator: Generator, subject: Subject, scenario: Scenario, seconds: number): Promise<number | undefined> => {
  const tried = new Map<number, number>()
  for (const connections of [scenario.connections, 16, 64]) tried.set(connections, (await runRound(generator, subject, { ...scenario, connections }, seconds)).perSecond)
  const [best = 0] = [...tried].toSorted(([, a], [, b]) => b - a)[0] ?? []
  return (tried.get(best) ?? 0) > better * (tried.get(scenario.connections) ?? 0) ? best : undefined
}

const entriesOf = async (generator: Generator, subjects: readonly Subject[], scenario: Scenario, seconds: number): Promise<Entry[]> => {
  const entries = subjects.map((subject) => ({ subject, inFlight: scenario.connections }))
  const [first] = subjects
  if (!first || scenario.connections === 1 || scenario.kind === 'event') return entries
  const other = await otherOf(generator, first, scenario, seconds)
  if (other !== undefined) entries.push({ subject: { ...first, name: `${limitName} @${other}` }, inFlight: other })
  if (scenario.kind === 'create' || scenario.kind === 'read') entries.push({ subject: bulkOf(first), inFlight: bulkInFlight })
  return entries
}

type Measured = Map<Entry, Round[]>

/** Rounds of all subjects in turn, each time from another one on: what else the machine does hits all of them. */
const measure = async (generator: Generator, entries: readonly Entry[], scenario: Scenario, rounds: number, seconds: number): Promise<Measured> => {
  const measured: Measured = new Map(entries.map((entry) => [entry, []]))
  for (let round = 0; round < rounds; round += 1) {
    const first = round % entries.length
    for (const entry of [...entries.slice(first), ...entries.slice(0, first)]) {
      measured.get(entry)?.push(await runRound(generator, entry.subject, { ...scenario, connections: entry.inFlight }, seconds))
    }
  }
  return measured
}

const sumErrors = (rounds: readonly Round[]): Record<string, number> => {
  const sums: Record<string, number> = {}
  for (const [reason, count] of rounds.flatMap(({ errors }) => Object.entries(errors))) sums[reason] = (sums[reason] ?? 0) + count
  return sums
}

/** CPU seconds for 1,000 operations in all processes that are measured. */
const cpuOf = (round: Round | undefined): number => (round ? round.serviceCpu + round.sidecarCpu + round.serversCpu : 0)

const resultOf = ({ subject, inFlight }: Entry, rounds: readonly Round[], limits: readonly Round[]): Result => {
  const of = (pick: (round: Round) => number): Spread => spreadOf(rounds.map(pick))
  return {
    subject: subject.name, inFlight, operations: rounds.reduce((sum, { operations }) => sum + operations, 0), errors: sumErrors(rounds),
    ratio: spreadOf(rounds.map(({ perSecond }, index) => perSecond / (limits[index]?.perSecond ?? Infinity))),
    cpuRatio: spreadOf(rounds.map((round, index) => cpuOf(limits[index]) / cpuOf(round))),
    perSecond: of((round) => round.perSecond), p50: of((round) => round.p50), p99: of((round) => round.p99),
    serviceCpu: of((round) => round.serviceCpu), sidecarCpu: of((round) => round.sidecarCpu), serversCpu: of((round) => round.serversCpu),
    generatorCpu: of((round) => round.generatorCpu), residentMb: of((round) => round.residentMb),
  }
}

/** The rounds of the limit that counts: the higher one, where it was taken with two numbers of requests in flight. */
const limitsOf = (measured: Measured): readonly Round[] => {
  const rate = (rounds: readonly Round[]): number => spreadOf(rounds.map(({ perSecond }) => perSecond)).median
  const limits = [...measured].filter(([{ subject }]) => subject.target === limit.target).map(([, rounds]) => rounds)
  return limits.toSorted((a, b) => rate(b) - rate(a))[0] ?? []
}

const runScenario = async (generator: Generator, all: readonly Subject[], scenario: Scenario, { rounds, seconds }: BenchOptions): Promise<ScenarioResult> => {
  const subjects = all.filter(({ lacks = [] }) => !lacks.includes(scenario.kind))
  for (const subject of subjects) await runRound(generator, subject, scenario, Math.min(seconds, longestWarmUp))
  const entries = await entriesOf(generator, subjects, scenario, Math.min(seconds, 2))
  const measured = await measure(generator, entries, scenario, rounds, seconds)
  const limits = limitsOf(measured)
  return { scenario: scenarioName(scenario), results: [...measured].map(([entry, own]) => resultOf(entry, own, limits)) }
}

const keyed = async <T>(services: readonly SubjectSpec[], measureOne: (spec: SubjectSpec) => Promise<T>): Promise<Record<string, T>> => {
  const found: Record<string, T> = {}
  for (const spec of services) found[spec.name] = await measureOne(spec)
  return found
}

/** Runs all scenarios on the limit and on the services, and gives what was measured. Leaves nothing behind. */
export const runBench = async (host: Host, options: BenchOptions): Promise<Report> => {
  const { broker, replicas, rounds, seconds, starts, services } = options
  const loadBefore = loadavg()[0] ?? 0
  const startMs = await keyed(services, (spec) => measureStart(host, spec, starts))
  return withRig<Report>(host, { broker, replicas, specs: [limit, ...services], isGood: (report) => errorsIn(report).length === 0 }, async ({ generator, subjects }) => {
    const atRestMb = await keyed(services, async ({ name }) => (await subjects.find((subject) => subject.name === name)?.resident()) ?? 0)
    const scenarios: ScenarioResult[] = []
    for (const [index, scenario] of options.scenarios.entries()) {
      host.print(`${index + 1} of ${options.scenarios.length}: ${scenarioName(scenario)}`)
      scenarios.push(await runScenario(generator, subjects, scenario, options))
    }
    return {
      schema: 1, at: new Date().toISOString(), broker, replicas, rounds, seconds, node: process.versions.node, cpus: availableParallelism(), load: [loadBefore, loadavg()[0] ?? 0],
      fsync: [...(subjects[0]?.fsync ?? [])], atRestMb, startMs, scenarios,
    }
  })
}
