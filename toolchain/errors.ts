/** An end the user can do something about: one line on the terminal, no stack. `exitCode` is what the process ends with. */
export class ExpectedError extends Error {
  override readonly name: string = 'ExpectedError'
  readonly exitCode: number = 1
}

/** This machine cannot do what was asked. The message names what is missing and ends with the mend. */
export class MachineCannot extends ExpectedError {
  override readonly name = 'MachineCannot'
  override readonly exitCode = 3
  /** The message without the mend, for a caller that knows a better one. */
  readonly what: string

  constructor(what: string, mend: string, options?: ErrorOptions) {
    super(`${what}: ${mend}`, options)
    this.what = what
  }
}

/** A command of ours failed. The message holds the command and the end of what it printed. */
export class CommandFailed extends ExpectedError {
  override readonly name = 'CommandFailed'
  override readonly exitCode = 1

  constructor(command: string, output: string, options?: ErrorOptions) {
    super(`${command} failed:\n${lastLines(output, 15)}`, options)
  }
}

const lastLines = (text: string, count: number): string => text.trimEnd().split('\n').slice(-count).join('\n')

/** The code of an error from Node, e.g. `ENOENT`. Asks for the property, for jest runs tests with an Error class of its own. */
export const errorCode = (error: unknown): unknown => typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined
