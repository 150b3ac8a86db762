import { rm } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'

import { recovery } from '../../config/tasks/index.ts'
import { until } from '../sidecar/rig/until.ts'
import { judge, type Verdict } from './check.ts'
import { effectiveType } from './check-effects.ts'
import { createClient } from './client.ts'
import type { History } from './history.ts'
import type { Host } from './host.ts'
import { createInjector, type Injector } from './inject.ts'
import { createEffectReader, readTasks } from './inspect.ts'
import { type Load, startLoad } from './load.ts'
import type { Broker, Overrides } from './manifests.ts'
import { createOperations } from './operations.ts'
import { createOperator, type Operator } from './operator.ts'
import { type Fault, faultName, planFaults } from './plan.ts'
import { createRandom, type Random } from './random.ts'
import { type Recorder, startRecorder } from './recorder.ts'
import { type Stack, startStack } from './stack.ts'
import { countOf } from './violations.ts'

export interface RunOptions {
  readonly broker: Broker
  /** Requests, at least. */
  readonly operations: number
  /** Times that something is ended by SIGKILL with at least `minInFlight` requests in flight. */
  readonly kills: number
  readonly seed: number
  /** Switch the delivery contract off. */
  readonly broken: boolean
  /** Pause between two faults, on average, in seconds. */
  readonly paceSeconds: number
  /** The longest wait for what is still to come after everything was healed, in seconds. */
  readonly drainSeconds: number
  /** Leave the long pauses out. Default: false. */
  readonly short?: boolean
  readonly overrides?: Overrides
  /** Keep the folder with the logs. Default: only when something is wrong. */
  readonly keep?: boolean
}

export interface RunResult {
  readonly broker: Broker
  readonly seed: number
  readonly broken: boolean
  readonly fsync: readonly string[]
  /** Faults that struck, by kind. */
  readonly faults: Readonly<Record<string, number>>
  /** SIGKILLs with enough requests in flight. */
  readonly kills: number
  /** Processes that ended by themselves, and were started again. */
  readonly failures: Readonly<Record<string, number>>
  /** How long the store or the broker was out each time, in seconds. */
  readonly outages: readonly number[]
  readonly secondsOfLoad: number
  readonly secondsOfDrain: number
  /** Dead letters that were replayed. */
  readonly replayed: number
  readonly verdict: Verdict
  /** Where the logs are, if they were kept. */
  readonly folder?: string
}

export const minInFlight = 20
const workers = 32
const faultsAtOnce = 3
const onTopShare = 0.3
const progressMs = 10_000
const strikeSeconds = 120

/** Waits until enough requests are in flight, and lets more be sent if those that were granted are used up. */
const untilBusy = (load: Load): Promise<unknown> =>
  until(`${minInFlight} requests in flight`, strikeSeconds, async () => {
    if (load.inFlight >= minInFlight) return true
    if (load.started >= load.granted) load.grant(workers)
    return false
  })

interface Pace {
  /** Requests for each fault. */
  readonly share: number
  readonly paceSeconds: number
}

interface Tally {
  readonly faults: Record<string, number>
  kills: number
}

/** Lets the load and the faults run side by side: each fault strikes somewhere in its share of the requests. */
const wreck = async (faults: readonly Fault[], { share, paceSeconds }: Pace, load: Load, injector: Injector, random: Random, tally: Tally): Promise<void> => {
  const active = new Set<Promise<void>>()
  for (const fault of faults) {
    const from = load.started
    load.grant(Math.max(share, load.started + share - load.granted))
    const strikeAt = from + random.between(0.1, 0.6) * share
    await until('enough requests', strikeSeconds, async () => load.started >= strikeAt)
    const work: Promise<void> = injector
      .inject(fault, async () => {
        await untilBusy(load)
        tally.faults[faultName(fault)] = (tally.faults[faultName(fault)] ?? 0) + 1
        if (fault.kind === 'kill') tally.kills += 1
      })
      .finally(() => active.delete(work))
    active.add(work)
    if (active.size >= faultsAtOnce) await Promise.race(active)
    // While nothing can succeed there is little to break; but some faults do come on top.
    if (injector.isOut && !random.chance(onTopShare)) await until('store and broker', strikeSeconds, async () => !injector.isOut)
    await until('the rest of the requests', strikeSeconds, async () => load.started >= load.granted - workers)
    await sleep(random.between(0, 2 * paceSeconds * 1000))
  }
  await Promise.all(active)
}

const healed = (stack: Stack): Promise<unknown> =>
  Promise.all(stack.replicas.map(({ name, url }) => until(`ready ${name}`, 90, async () => (await fetch(`${url}/ready`, { signal: AbortSignal.timeout(2000) })).ok)))

/** Looks again until nothing is missing, or for as long as it may; what is wrong then is wrong. */
const drained = async (stack: Stack, load: Load, recorder: Recorder, injector: Injector, operator: Operator, options: RunOptions, print: Host['print']): Promise<Verdict> => {
  const end = performance.now() + options.drainSeconds * 1000
  const readEffects = createEffectReader(stack)
  let last = ''
  for (;;) {
    const events = [...recorder.events]
    const effective = [...new Set(events.filter(({ type }) => type === effectiveType).map(({ id }) => id))]
    const tasks = await readTasks(stack)
    const effects = await readEffects(effective)
    const history: History = { attempts: load.attempts, events, tasks, effects, outages: injector.outages }
    const verdict = judge(history, recovery.promisedMs)
    if (countOf(verdict.violations) === 0 || performance.now() > end) return verdict
    const { lost, missingEffects, pending } = verdict.violations
    const line = `draining: ${lost.length} events, ${missingEffects.length} effects, ${pending.length} documents to go`
    if (line !== last) print(line)
    last = line
    if (missingEffects.length > 0) await operator.replay()
    await sleep(3000)
  }
}

const failuresOf = ({ replicas, redis, kafka }: Stack): Record<string, number> => {
  const processes = [...replicas.flatMap(({ service, sidecar }) => [service, sidecar]), redis.process, ...(kafka ? [kafka.process] : [])]
  return Object.fromEntries(processes.filter(({ failures }) => failures > 0).map(({ name, failures }) => [name, failures]))
}

const progressLine = (seconds: number, load: Load, recorder: Recorder, tally: Tally): string =>
  `${seconds.toFixed(0)} s: ${load.attempts.length} requests, ${load.inFlight} in flight, ${recorder.events.length} events, ${tally.kills} kills, ${Object.values(tally.faults).reduce((sum, count) => sum + count, 0)} faults`

const work = async (stack: Stack, host: Host, random: Random, options: RunOptions): Promise<RunResult> => {
  const fsync = [`redis: ${stack.redis.fsync}`, ...(stack.kafka ? [`kafka: ${stack.kafka.fsync}`] : [])]
  for (const line of fsync) host.print(line)
  const recorder = startRecorder(stack, host)
  const client = createClient()
  const injector = createInjector(stack)
  const tally: Tally = { faults: {}, kills: 0 }
  const apps = ['task-api', 'notification-service']
  const faults = planFaults(random, { broker: options.broker, kills: options.kills, apps, replicas: 2, leaseMs: recovery.leaseMs + recovery.marginMs, ...(options.short !== undefined && { short: options.short }) })
  const load = startLoad({ urls: stack.replicasOf('task-api').map(({ url }) => url), workers, client, operations: createOperations(random), random })
  const start = performance.now()
  const seconds = (): number => (performance.now() - start) / 1000
  const progress = setInterval(() => host.print(progressLine(seconds(), load, recorder, tally)), progressMs)
  try {
    const share = Math.ceil(options.operations / Math.max(1, faults.length))
    await wreck(faults, { share, paceSeconds: options.paceSeconds }, load, injector, random, tally)
    load.grant(Math.max(0, options.operations - load.granted))
    await until('the last requests', 600, async () => load.started >= options.operations)
    await load.stop()
    clearInterval(progress)
    const secondsOfLoad = seconds()
    host.print(`the load is over after ${secondsOfLoad.toFixed(0)} s, with ${load.attempts.length} requests and ${tally.kills} kills`)
    await healed(stack)
    const operator = createOperator(stack, host)
    const verdict = await drained(stack, load, recorder, injector, operator, options, host.print)
    const { broker, seed, broken } = options
    return { broker, seed, broken, fsync, faults: tally.faults, kills: tally.kills, failures: failuresOf(stack), outages: injector.outages.map(({ from, to }) => (to - from) / 1000), secondsOfLoad, secondsOfDrain: seconds() - secondsOfLoad, replayed: operator.replayed, verdict }
  } finally {
    clearInterval(progress)
    await Promise.all([load.stop(), recorder.stop()])
    await client.close()
  }
}

/** Brings a stack up, breaks it as the seed says while clients use it, heals it, and judges what is left. */
export const runFaults = async (host: Host, options: RunOptions): Promise<RunResult> => {
  const random = createRandom(options.seed)
  const stack = await startStack(host, random, options)
  host.print(`the stack runs in ${stack.folder}`)
  try {
    const result = await work(stack, host, random, options)
    await stack.stop()
    if (countOf(result.verdict.violations) > 0 || options.keep === true) return { ...result, folder: stack.folder }
    await rm(stack.folder, { recursive: true, force: true })
    return result
  } finally {
    await stack.stop()
  }
}
