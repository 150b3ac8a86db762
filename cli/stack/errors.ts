import { ExpectedError } from '../../toolchain/errors.ts'

/** What a run of `stack` ends with. docs/cli.md says the same; a test compares them. */
export const exits = {
  ok: { code: 0, means: 'done, or nothing to do', mend: 'nothing' },
  bug: { code: 1, means: 'an error that was not foreseen', mend: 'report it with the stack trace it printed' },
  usage: { code: 2, means: 'wrong usage, or a config that cannot be synthesized', mend: 'read the line, `stack VERB --help`' },
  pending: { code: 3, means: '`diff --exit-code` found something that `up` would change, `secrets --exit-code` something missing, or `up` a broken contract', mend: '`stack up`, with `--accept-contract-changes` where a contract is to be broken; `stack secrets create`' },
  timeout: { code: 4, means: 'not ready in time; what was applied stays', mend: '`stack status`, then `stack up` again, with a longer `--timeout` where it is only slow' },
  failed: { code: 5, means: 'an object was refused, a workload cannot start, or events do not flow', mend: 'the fix that is printed, then `stack up` again' },
  preflight: { code: 6, means: 'the cluster is not fit, cannot be reached, or has no such stack; nothing was changed', mend: 'the line of each failed check' },
  unverified: { code: 7, means: '`verify` found a criterion that does not hold', mend: 'the cause under each line that failed' },
  findings: { code: 8, means: '`lint` found something that breaks a rule, or `doctor` something that is wrong', mend: 'what each line says after its semicolon; the fix under each finding' },
  interrupted: { code: 130, means: 'Ctrl-C; what was applied stays and is in the inventory', mend: 'the same command goes on where it was' },
} as const

export type Exit = keyof typeof exits

/** An end that the user can do something about: what is wrong, and the mend. */
export class StackError extends ExpectedError {
  override readonly name = 'StackError'
  override readonly exitCode: number
  readonly exit: Exit
  readonly what: string
  /** What to do about it. */
  readonly mend: string

  constructor(exit: Exclude<Exit, 'ok' | 'bug' | 'findings'>, what: string, mend: string, options?: ErrorOptions) {
    super(`${what}; ${mend}`, options)
    this.exit = exit
    this.exitCode = exits[exit].code
    this.what = what
    this.mend = mend
  }
}
