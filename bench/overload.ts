import type { Host } from '../test/faults/host.ts'
import type { Broker } from '../test/faults/manifests.ts'
import type { Job } from './generator/job.ts'
import { withService } from './rig.ts'
import { drained } from './subject.ts'

export interface OverloadOptions {
  readonly broker: Broker
  readonly seconds: number
  /** How much more is asked for than the service can do. */
  readonly times: number
  /** Default: the built service. */
  readonly program?: string
}

/** What became of a service that was asked for more than it can do. */
export interface Overload {
  /** Creates a second that it does when nobody asks for more. */
  readonly capacity: number
  readonly offered: number
  readonly accepted: number
  /** Answered 503 with Retry-After. */
  readonly refused: number
  readonly seconds: number
  /** Of what was accepted; milliseconds. */
  readonly p50: number
  readonly p99: number
  /** By what was wrong; empty when each request was accepted or refused. */
  readonly errors: Readonly<Record<string, number>>
  /** Accepted tasks that cannot be read afterwards. */
  readonly lost: number
  readonly allDelivered: boolean
  /** Creates a second right after it. */
  readonly capacityAfter: number
  readonly residentMb: number
}

const clients = 64

/** Asks for several times of what the service can do, and looks whether it keeps what it accepted. */
export const benchOverload = (host: Host, { broker, seconds, times, program }: OverloadOptions): Promise<Overload> =>
  withService<Overload>(host, { broker, program, isGood: isKept }, async (generator, subject) => {
    const create: Job = { target: 'service', urls: subject.urls, kind: 'create', connections: clients, payload: 'small', ms: seconds * 1000, ids: [] }
    const settle = async (job: Job) => {
      const before = await subject.delivered()
      const result = await generator.run(job)
      return { ...result, allDelivered: await drained(subject, before, result.events) }
    }
    await settle(create)
    const usual = await settle(create)
    const capacity = usual.operations / usual.seconds
    const over = await settle({ ...create, perSecond: capacity * times })
    const residentMb = await subject.resident()
    const read = await generator.run({ ...create, kind: 'read', count: over.ids.length, ms: 300_000, ids: over.ids })
    const after = await settle(create)
    return {
      capacity, offered: capacity * times, accepted: over.operations, refused: over.refused ?? 0, seconds: over.seconds, p50: over.p50, p99: over.p99, errors: over.errors,
      lost: over.ids.length - read.operations, allDelivered: over.allDelivered, capacityAfter: after.operations / after.seconds, residentMb,
    }
  })

export const overloadLines = ({ capacity, offered, accepted, refused, seconds, p50, p99, errors, lost, allDelivered, capacityAfter, residentMb }: Overload): string[] => [
  `it can do         ${capacity.toFixed(0)} creates/s`,
  `asked for         ${offered.toFixed(0)} creates/s for ${seconds.toFixed(0)} s`,
  `accepted          ${(accepted / seconds).toFixed(0)} creates/s, p50 ${p50.toFixed(0)} ms, p99 ${p99.toFixed(0)} ms`,
  `refused           ${refused}, each 503 with Retry-After`,
  `other answers     ${Object.entries(errors).map(([reason, count]) => `${count} x ${reason}`).join(', ') || 'none'}`,
  `lost              ${lost} of ${accepted} accepted tasks; ${allDelivered ? 'all events were delivered' : 'events were not delivered'}`,
  `afterwards        ${capacityAfter.toFixed(0)} creates/s, ${residentMb.toFixed(0)} MB resident under the load`,
]

/** Whether it refused what it could not do, and kept the rest. */
export const isKept = ({ errors, lost, allDelivered }: Overload): boolean => Object.keys(errors).length === 0 && lost === 0 && allDelivered
