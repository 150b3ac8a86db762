import { z } from 'zod'

import { readCommandLine } from '../../toolchain/command-line.ts'

const Options = z.strictObject({
  /** Cases an operation, at most: schemathesis stops earlier where a schema has no more of them. */
  cases: z.coerce.number().int().min(1).max(1_000_000).default(1000),
  /** The same seed makes the same cases. */
  seed: z.coerce.number().int().min(0).max(2 ** 32 - 1).default(1),
})

export type FuzzOptions = z.output<typeof Options>

export const usage = 'usage: npm run fuzz -- [--cases N] [--seed S]'

/**
 * Reads the command line.
 * @throws UsageError naming all that is wrong
 */
export const readOptions = (args: readonly string[]): FuzzOptions =>
  readCommandLine({ args, schema: Options, options: { cases: { type: 'string' }, seed: { type: 'string' } }, usage })
