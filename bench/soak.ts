import type { Host } from '../test/faults/host.ts'
import type { Broker } from '../test/faults/manifests.ts'
import { withService } from './rig.ts'
import { runRound } from './round.ts'
import { spreadOf } from './statistics.ts'

export interface SoakOptions {
  readonly broker: Broker
  readonly seconds: number
  /** Default: the built service. */
  readonly program?: string
}

/** How the service is after a part of the time. */
export interface Sample {
  /** Seconds since the start. */
  readonly at: number
  readonly residentMb: number
  readonly perSecond: number
}

export interface Soak {
  readonly samples: readonly Sample[]
  readonly errors: number
}

const clients = 16
const parts = 40

/** Reads and creates, 4 to 1, for so long. */
export const benchSoak = (host: Host, { broker, seconds, program }: SoakOptions): Promise<Soak> =>
  withService<Soak>(host, { broker, program, isGood: ({ errors }) => errors === 0 }, async (generator, subject) => {
    const samples: Sample[] = []
    let errors = 0
    const start = performance.now()
    while (performance.now() - start < seconds * 1000) {
      const round = await runRound(generator, subject, { kind: 'mixed', connections: clients, payload: 'small' }, seconds / parts)
      errors += Object.values(round.errors).reduce((sum, count) => sum + count, 0)
      samples.push({ at: (performance.now() - start) / 1000, residentMb: round.residentMb, perSecond: round.perSecond })
      host.print(`${samples.at(-1)?.at.toFixed(0) ?? ''} s: ${round.residentMb.toFixed(0)} MB, ${round.perSecond.toFixed(0)} operations/s`)
    }
    return { samples, errors }
  })

/** Resident memory of a share of the time, as a median with the lowest and the highest. */
const residentIn = ({ samples }: Soak, from: number, to: number) => spreadOf(samples.slice(Math.floor(samples.length * from), Math.ceil(samples.length * to)).map(({ residentMb }) => residentMb))

/** What the last quarter has more than the second, in percent of that: the first is the warm-up. */
export const growthOf = (soak: Soak): number => (residentIn(soak, 0.75, 1).median / residentIn(soak, 0.25, 0.5).median - 1) * 100

export const soakLines = (soak: Soak): string[] => {
  const quarters = [0, 1, 2, 3].map((quarter) => residentIn(soak, quarter / 4, (quarter + 1) / 4))
  return [
    `resident MB by quarter: ${quarters.map(({ median, low, high }) => `${median.toFixed(0)} (${low.toFixed(0)}-${high.toFixed(0)})`).join(', ')}`,
    `growth from the second to the last: ${growthOf(soak).toFixed(1)} %; ${soak.errors} errors`,
  ]
}
