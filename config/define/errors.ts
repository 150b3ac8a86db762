/** One thing wrong in a config: where, what, the value given, what is allowed and what to change, in one line. */
export interface Violation {
  /** Path of the key in the config, such as `services.shop.port`. */
  readonly path: string
  readonly message: string
}

/** The config breaks rules; `violations` holds all of them. An expected failure: print `message`, not the stack. */
export class StackConfigError extends Error {
  override readonly name = 'StackConfigError'
  readonly violations: readonly Violation[]

  constructor(violations: readonly Violation[]) {
    const lines = violations.map(({ path, message }) => `- ${path}: ${message}`)
    super(`the stack config has ${violations.length} error(s)\n${lines.join('\n')}`)
    this.violations = violations
  }
}
