import type { Generator } from './generator.ts'
import type { JobResult } from './generator/job.ts'
import { publishes, type Scenario } from './scenario.ts'
import { drained, type Subject } from './subject.ts'

/** What a round of a subject measured. */
export interface Round {
  /** Operations a second, counted until the last event was delivered. */
  readonly perSecond: number
  /** Milliseconds. */
  readonly p50: number
  readonly p99: number
  /** CPU seconds for 1,000 operations. */
  readonly serviceCpu: number
  readonly sidecarCpu: number
  readonly serversCpu: number
  readonly generatorCpu: number
  readonly residentMb: number
  readonly operations: number
  /** By what was wrong; a round without is what counts. */
  readonly errors: Readonly<Record<string, number>>
}

/** How many tasks are read, or removed, in a round. */
const poolOf = ({ kind, connections }: Scenario, seconds: number): number => {
  if (kind === 'create' || kind === 'event') return 0
  if (kind === 'status') return connections
  // Where all are removed sooner the round is over.
  return kind === 'delete' ? Math.ceil(400 * seconds) : 200
}

const fillers = 32

/** Creates what the operations of a round need, outside of what is measured. */
const fill = async (generator: Generator, subject: Subject, scenario: Scenario, count: number): Promise<readonly string[]> => {
  if (count === 0) return []
  const before = await subject.delivered()
  const target = subject.target === 'service' ? 'service' : 'sidecar'
  const job = { target, urls: subject.urls, kind: 'create', connections: fillers, payload: scenario.payload, ms: 300_000, count, ids: [] } as const
  const { events, ids } = await generator.run(job)
  await drained(subject, before, events)
  return ids
}

const perThousand = (seconds: number, operations: number): number => (operations === 0 ? 0 : (seconds / operations) * 1000)

const errorsOf = (result: JobResult, allDelivered: boolean): Record<string, number> => ({ ...result.errors, ...(!allDelivered && { 'events were not delivered': 1 }) })

/** Runs a scenario on a subject once, and waits until its events are delivered. */
export const runRound = async (generator: Generator, subject: Subject, scenario: Scenario, seconds: number): Promise<Round> => {
  const ids = await fill(generator, subject, scenario, poolOf(scenario, seconds))
  const [before, cpu, start] = [await subject.delivered(), await subject.cpu(), performance.now()]
  const { target, urls, programUrl } = subject
  const { kind, connections, payload } = scenario
  const subscriber = target !== 'service' && kind === 'event' ? programUrl : undefined
  const result = await generator.run({ target, urls, subscriber, kind, connections, payload, ms: seconds * 1000, ids })
  const { operations, events } = result
  const allDelivered = !publishes(kind) || (await drained(subject, before, events))
  // Without events there is nothing to wait for, and the generator's own clock is the better one.
  const took = publishes(kind) ? (performance.now() - start) / 1000 : result.seconds
  const after = await subject.cpu()
  return {
    operations, perSecond: operations / took, p50: result.p50, p99: result.p99, residentMb: await subject.resident(), errors: errorsOf(result, allDelivered),
    serviceCpu: perThousand(after.service - cpu.service, operations), sidecarCpu: perThousand(after.sidecar - cpu.sidecar, operations),
    serversCpu: perThousand(after.servers - cpu.servers, operations), generatorCpu: perThousand(result.cpuSeconds, operations),
  }
}
