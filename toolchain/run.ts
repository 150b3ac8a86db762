import { execa } from 'execa'
import { CommandFailed } from './errors.ts'

/** Where a command runs, what it reads, and its time limit in ms. `env` is added to the environment of this process. */
export interface RunOptions {
  readonly cwd?: string
  readonly env?: NodeJS.ProcessEnv
  readonly input?: string
  /** A file that becomes the standard input. */
  readonly inputFile?: string
  readonly timeout?: number
}

/** Runs a command to its end and returns its standard output without the last newline. Throws CommandFailed. */
export async function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  const result = await execa(command, args, { ...options, reject: false })
  if (!result.failed) return result.stdout
  throw new CommandFailed([command, ...args].join(' '), [result.stdout, result.stderr, result.originalMessage].filter(Boolean).join('\n'))
}

/** Whether a command ends with exit code 0; a missing command is a "no" too. */
export async function succeeds(command: string, args: readonly string[], options: RunOptions = {}): Promise<boolean> {
  return !(await execa(command, args, { ...options, reject: false })).failed
}
