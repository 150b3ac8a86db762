import { z } from 'zod'

import { readCommandLine } from '../toolchain/command-line.ts'
import { kinds } from './scenario.ts'
import { variants } from './variants.ts'

const count = (low: number, high: number) => z.coerce.number().int().min(low).max(high)
const words = z.string().transform((text) => text.split(','))

const Options = z.strictObject({
  broker: z.enum(['redis', 'kafka']).default('redis'),
  replicas: count(1, 4).default(1),
  /** Kinds of operations. Default: all but `event`; with `full`, all. */
  only: words.pipe(z.array(z.enum(kinds))).optional(),
  /** Requests in flight. Default: 1 and 32; with `full`, 256 too. */
  connections: words.pipe(z.array(z.coerce.number<string>().int().min(1).max(1000))).optional(),
  rounds: count(1, 100).default(5),
  /** How long a round asks, in seconds; waiting for the last event comes on top. */
  seconds: z.coerce.number().min(0.2).max(600).default(3),
  /** What runs beside the service, in turn with it. */
  vs: words.pipe(z.array(z.enum(variants))).default([]),
  full: z.boolean().default(false),
  /** Folder for a CPU profile of each service's process. Default: none, for a profiled process is slower. */
  profile: z.string().min(1).optional(),
  /** Files for the result. */
  json: z.string().min(1).default('.results/bench.json'),
  html: z.string().min(1).default('.results/bench.html'),
  /** Make this run the one that later ones are compared with. */
  record: z.boolean().default(false),
})

export type Options = z.output<typeof Options>

export const usage =
  'usage: npm run bench -- [synth | overload | soak] [--broker redis|kafka] [--replicas N] [--only create,read,status,delete,mixed,event] [--connections 1,32] [--rounds N] [--seconds S] ' +
  `[--vs ${variants.join(',')}] [--full] [--profile FOLDER] [--json FILE] [--html FILE] [--record]`

const asText = { type: 'string' } as const
const asSwitch = { type: 'boolean' } as const

/**
 * Reads the command line; `defaults` are those of this kind of run.
 * @throws UsageError naming all that is wrong
 */
export const readOptions = (args: readonly string[], defaults: Partial<z.input<typeof Options>> = {}): Options =>
  readCommandLine({
    args, schema: Options, defaults, usage,
    options: {
      broker: asText, replicas: asText, only: asText, connections: asText, rounds: asText, seconds: asText, vs: asText, json: asText, html: asText, profile: asText, full: asSwitch, record: asSwitch,
    },
  })
