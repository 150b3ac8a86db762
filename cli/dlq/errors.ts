/** What a run of `dlq` ends with. */
export const exitCodes = {
  /** All that was asked for is done. */
  done: 0,
  /** Something of it is not: an id that is not there, a dead letter that could not be published or removed. */
  notDone: 1,
  /** The command line is wrong. */
  usage: 2,
  /** Nothing could be asked: no cluster, no sidecar, a store that fails. */
  unreachable: 3,
} as const

/** An end that the user can do something about: one line, no stack. */
export class DlqError extends Error {
  override readonly name = 'DlqError'
  readonly exitCode: number

  constructor(message: string, exitCode: number, options?: ErrorOptions) {
    super(message, options)
    this.exitCode = exitCode
  }
}
