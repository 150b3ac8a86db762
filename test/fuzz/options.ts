import { parseArgs } from 'node:util'

import { z } from 'zod'

/** The command line cannot be used; `message` says why, a line for each reason. */
export class OptionsError extends Error {
  override readonly name = 'OptionsError'
}

const Options = z.strictObject({
  /** Cases an operation, at most: schemathesis stops earlier where a schema has no more of them. */
  cases: z.coerce.number().int().min(1).max(1_000_000).default(1000),
  /** The same seed makes the same cases. */
  seed: z.coerce.number().int().min(0).max(2 ** 32 - 1).default(1),
})

export type FuzzOptions = z.output<typeof Options>

export const usage = 'npm run fuzz -- [--cases N] [--seed S]'

/**
 * Reads the command line.
 * @throws OptionsError naming all that is wrong
 */
export const readOptions = (args: readonly string[]): FuzzOptions => {
  try {
    return Options.parse(parseArgs({ args: [...args], options: { cases: { type: 'string' }, seed: { type: 'string' } } }).values)
  } catch (error) {
    const reason = error instanceof z.ZodError ? z.prettifyError(error) : error instanceof Error ? error.message : String(error)
    throw new OptionsError(`${reason}\nusage: ${usage}`)
  }
}
