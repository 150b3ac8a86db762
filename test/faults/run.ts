import { rm } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'

import { recovery } from '../../config/tasks/index.ts'
import { until } from '../sidecar/rig/until.ts'
import type { Verdict } from './check.ts'
import { createClient } from './client.ts'
import { drained } from './drain.ts'
import type { Host } from './host.ts'
import { startClusterStack } from './cluster/stack.ts'
import type { Injector, Strike } from './injector.ts'
import { type Load, startLoad } from './load.ts'
import { startLocalStack } from './local-stack.ts'
import type { Broker, Overrides } from './manifests.ts'
import { createOperations } from './operations.ts'
import { createOperator } from './operator.ts'
import { type Fault, faultName, type Place, planFaults } from './plan.ts'
import { createRandom, type Random } from './random.ts'
import type { Recorder } from './recorder.ts'
import type { Stack } from './stack.ts'
import { countOf } from './violations.ts'

export interface RunOptions {
  /** Default: `local`. */
  readonly place?: Place
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
  readonly place: Place
  readonly broker: Broker
  readonly seed: number
  readonly broken: boolean
  readonly fsync: readonly string[]
  /** Faults that struck, by kind. */
  readonly faults: Readonly<Record<string, number>>
  /** SIGKILLs with enough requests in flight. */
  readonly kills: number
  /** Kills by what they hit; in a cluster all hit containers. */
  readonly killed: Readonly<Record<'containers' | 'processes', number>>
  /** The fewest requests in flight at the moment of a kill. */
  readonly fewestInFlight: number
  /** Processes that ended by themselves, and were started again. */
  readonly failures: Readonly<Record<string, number>>
  /** Pods that were removed so that a container did not wait for minutes for its next start. */
  readonly renewed: number
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
const strikeSeconds = 300

/** Waits until enough requests are in flight, and lets more be sent if those that were granted are used up. */
const untilBusy = (load: Load): Promise<unknown> =>
  until(`${minInFlight} requests in flight`, strikeSeconds, async () => {
    if (load.granted - load.started < workers) load.grant(workers) // a blow takes a moment
    return load.inFlight >= minInFlight
  })

interface Pace {
  /** Requests for each fault. */
  readonly share: number
  readonly paceSeconds: number
}

interface Tally {
  readonly faults: Record<string, number>
  kills: number
  fewestInFlight: number
}

/** Deals a blow with enough requests in flight, and more to come, and counts it. */
const striking = (fault: Fault, load: Load, tally: Tally): Strike => async (blow) => {
  await untilBusy(load)
  const before = load.inFlight
  await blow()
  tally.faults[faultName(fault)] = (tally.faults[faultName(fault)] ?? 0) + 1
  if (fault.kind !== 'kill') return
  tally.kills += 1
  tally.fewestInFlight = Math.min(tally.fewestInFlight, before)
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
      .inject(fault, striking(fault, load, tally))
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

const progressLine = (seconds: number, load: Load, recorder: Recorder, tally: Tally): string =>
  `${seconds.toFixed(0)} s: ${load.attempts.length} requests, ${load.inFlight} in flight, ${recorder.events.length} events, ${tally.kills} kills, ${Object.values(tally.faults).reduce((sum, count) => sum + count, 0)} faults`

const work = async (stack: Stack, host: Host, random: Random, options: RunOptions): Promise<RunResult> => {
  const { place, fsync, injector } = stack
  for (const line of fsync) host.print(line)
  const recorder = await stack.record()
  const client = createClient()
  const tally: Tally = { faults: {}, kills: 0, fewestInFlight: workers }
  const apps = ['task-api', 'notification-service']
  const faults = planFaults(random, { place, broker: options.broker, kills: options.kills, apps, replicas: 2, leaseMs: recovery.leaseMs + recovery.marginMs, ...(options.short !== undefined && { short: options.short }) })
  const load = startLoad({ urls: stack.urlsOf('task-api'), workers, client, operations: createOperations(random), random })
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
    await stack.healed()
    const operator = createOperator(stack, host)
    const verdict = await drained({ stack, load, recorder, operator, seconds: options.drainSeconds, print: host.print })
    const { broker, seed, broken } = options
    const killed = { containers: place === 'cluster' ? tally.kills : 0, processes: place === 'local' ? tally.kills : 0 }
    return { place, broker, seed, broken, fsync, faults: tally.faults, kills: tally.kills, killed, fewestInFlight: tally.fewestInFlight, failures: stack.failures(), renewed: stack.renewed(), outages: injector.outages.map(({ from, to }) => (to - from) / 1000), secondsOfLoad, secondsOfDrain: seconds() - secondsOfLoad, replayed: operator.replayed, verdict }
  } finally {
    clearInterval(progress)
    await Promise.all([load.stop(), recorder.stop()])
    await client.close()
  }
}

/** Brings a stack up, breaks it as the seed says while clients use it, heals it, and judges what is left. */
export const runFaults = async (host: Host, options: RunOptions): Promise<RunResult> => {
  const random = createRandom(options.seed)
  const stack = await (options.place === 'cluster' ? startClusterStack(host, options) : startLocalStack(host, random, options))
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
