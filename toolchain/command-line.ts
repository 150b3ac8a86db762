import { parseArgs, type ParseArgsOptionsConfig } from 'node:util'

import { z } from 'zod'

import { ExpectedError } from './errors.ts'

/** The command line cannot be used; the message says why, a line for each reason, and what can be. */
export class UsageError extends ExpectedError {
  override readonly name = 'UsageError'
  override readonly exitCode = 2
}

export interface CommandLine<S extends z.ZodType> {
  readonly args: readonly string[]
  readonly options: ParseArgsOptionsConfig
  /** What the options are, by their names. */
  readonly schema: S
  /** Taken for what the command line leaves out. Default: what the schema says. */
  readonly defaults?: Partial<z.input<S>>
  /** Printed with an error. */
  readonly usage: string
}

/**
 * Reads a command line that has options alone.
 * @throws UsageError naming all that is wrong
 */
export const readCommandLine = <S extends z.ZodType>({ args, options, schema, defaults, usage }: CommandLine<S>): z.output<S> => {
  try {
    return schema.parse({ ...defaults, ...parseArgs({ args: [...args], options }).values })
  } catch (error) {
    const reason = error instanceof z.ZodError ? z.prettifyError(error) : error instanceof Error ? error.message : String(error)
    throw new UsageError(`${reason}\n${usage}`)
  }
}

export const asksForHelp = (args: readonly string[]): boolean => args.includes('--help') || args.includes('-h')
