import { parseArgs } from 'node:util'

import { z } from 'zod'

import { kinds } from './scenario.ts'
import { variants } from './variants.ts'

/** The command line cannot be used; `message` says why, a line for each reason. */
export class OptionsError extends Error {
  override readonly name = 'OptionsError'
}

const count = (low: number, high: number) => z.coerce.number().int().min(low).max(high)
const list = <T extends z.ZodType>(item: T) => z.string().transform((text) => text.split(',')).pipe(z.array(item).min(1))

const Options = z.strictObject({
  broker: z.enum(['redis', 'kafka']).default('redis'),
  replicas: count(1, 4).default(1),
  /** Kinds of operations. Default: all but `event`; with `full`, all. */
  only: list(z.enum(kinds)).optional(),
  /** Requests in flight. Default: 1 and 32; with `full`, 256 too. */
  connections: list(count(1, 1000)).optional(),
  rounds: count(1, 100).default(5),
  /** How long a round asks, in seconds; waiting for the last event comes on top. */
  seconds: z.coerce.number().min(0.2).max(600).default(3),
  /** What runs beside the service, in turn with it. */
  vs: list(z.enum(variants)).default([]),
  full: z.boolean().default(false),
  /** Files for the result. */
  json: z.string().min(1).default('.results/bench.json'),
  html: z.string().min(1).default('.results/bench.html'),
  /** Make this run the one that later ones are compared with. */
  record: z.boolean().default(false),
})

export type Options = z.output<typeof Options>

export const usage =
  'npm run bench -- [synth] [--broker redis|kafka] [--replicas N] [--only create,read,status,delete,mixed,event] [--connections 1,32] [--rounds N] [--seconds S] ' +
  `[--vs ${variants.join(',')}] [--full] [--json FILE] [--html FILE] [--record]`

const asText = { type: 'string' } as const
const asSwitch = { type: 'boolean' } as const

/**
 * Reads the command line.
 * @throws OptionsError naming all that is wrong
 */
export const readOptions = (args: readonly string[]): Options => {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        broker: asText, replicas: asText, only: asText, connections: asText, rounds: asText, seconds: asText, vs: asText, json: asText, html: asText, full: asSwitch, record: asSwitch,
      },
    })
    return Options.parse(values)
  } catch (error) {
    const reason = error instanceof z.ZodError ? z.prettifyError(error) : error instanceof Error ? error.message : String(error)
    throw new OptionsError(`${reason}\nusage: ${usage}`)
  }
}
