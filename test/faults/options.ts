import { z } from 'zod'

import { readCommandLine } from '../../toolchain/command-line.ts'

const count = (low: number, high: number) => z.coerce.number().int().min(low).max(high)

const Options = z.strictObject({
  /** Where the stack runs: processes of this machine, or containers of the test cluster. */
  on: z.enum(['local', 'cluster']).default('local'),
  broker: z.enum(['redis', 'kafka']).default('redis'),
  /** Requests, at least. */
  ops: count(100, 1_000_000).default(2000),
  kills: count(0, 10_000).default(10),
  seed: count(0, 2 ** 32 - 1).default(1),
  'drain-seconds': count(1, 3600).default(240),
  /** Pause between two faults, on average, in seconds. */
  pace: z.coerce.number().min(0).max(60).default(2),
  broken: z.boolean().default(false),
  keep: z.boolean().default(false),
  /** File for the result. Default: none. */
  json: z.string().min(1).optional(),
})

export type FaultOptions = z.output<typeof Options>

export const usage = 'usage: npm run faults -- [--on local|cluster] [--broker redis|kafka] [--ops N] [--kills N] [--seed S] [--json FILE] [--pace SECONDS] [--drain-seconds N] [--broken] [--keep]'

const asText = { type: 'string' } as const
const asSwitch = { type: 'boolean' } as const

/**
 * Reads the command line.
 * @throws UsageError naming all that is wrong
 */
export const readOptions = (args: readonly string[]): FaultOptions =>
  readCommandLine({
    args, schema: Options, usage,
    options: { on: asText, broker: asText, ops: asText, kills: asText, seed: asText, 'drain-seconds': asText, pace: asText, json: asText, broken: asSwitch, keep: asSwitch },
  })
