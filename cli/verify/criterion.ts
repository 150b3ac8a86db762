/** One line of a success criterion: what must hold, and a check that answers with what it saw. */
export interface Line {
  readonly title: string
  /**
   * @returns evidence, a line each
   * @throws CheckFailed naming the cause when the line does not hold
   */
  readonly check: () => Promise<readonly string[]>
}

/** A success criterion. `dependsOn` names the criterion without which this one cannot be judged. */
export interface Criterion {
  readonly id: string
  readonly title: string
  readonly dependsOn?: string
  readonly lines: readonly Line[]
}

/** What was checked does not hold; `message` names the cause. Any other error in a check is a bug of the check. */
export class CheckFailed extends Error {
  override readonly name = 'CheckFailed'
}

/** @throws CheckFailed with the cause unless the condition holds */
export function ensure(condition: boolean, cause: string): asserts condition {
  if (!condition) throw new CheckFailed(cause)
}

/** Makes a call that several lines need once, and gives each of them its outcome. */
export const once = <T>(call: () => Promise<T>): (() => Promise<T>) => {
  let outcome: Promise<T> | undefined
  return () => (outcome ??= call())
}
