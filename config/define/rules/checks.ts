import type { Violation } from '../errors.ts'
import type { AnyService, AnyStack } from '../stack.ts'

/** Sees a whole stack and answers with everything it finds wrong, in the order of the config. */
export type Rule = (stack: AnyStack) => Violation[]

/** A form that names must have, as a pattern and in words. */
export interface NameForm {
  readonly pattern: RegExp
  readonly words: string
}

export const dnsLabel: NameForm = {
  pattern: /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/,
  words: '1-63 of a-z, 0-9 and "-", starting and ending with a letter or digit',
}

export const quote = (names: readonly string[]): string => (names.length > 0 ? names.map((name) => `"${name}"`).join(', ') : 'none')

export const servicesOf = (stack: AnyStack): [app: string, service: AnyService][] => Object.entries(stack.services)

/** Names that do not have the form. */
export const malformed = (path: string, names: readonly string[], { pattern, words }: NameForm): Violation[] =>
  names.filter((name) => !pattern.test(name)).map((name) => ({ path, message: `"${name}" is no valid name; use ${words}` }))

/** Keys below a path that do not have the form. */
export const malformedKeys = (path: string, keys: readonly string[], form: NameForm): Violation[] =>
  keys.flatMap((key) => malformed(`${path}.${key}`, [key], form))

/** Names that nothing declares. */
export const unknown = (path: string, what: string, names: readonly string[], known: readonly string[]): Violation[] =>
  names
    .filter((name) => !known.includes(name))
    .map((name) => ({ path, message: `there is no ${what} "${name}"; known: ${quote(known)}. Declare it or correct the name` }))

/** Values that stand at an earlier path already. */
export const repeated = <V>(
  entries: readonly (readonly [path: string, value: V])[],
  describe: (value: V, first: string) => string,
): Violation[] =>
  entries.flatMap(([path, value], index) => {
    const first = entries.findIndex(([, other]) => other === value)
    return first < index ? [{ path, message: describe(value, entries[first]?.[0] ?? '') }] : []
  })

export const outOfRange = (path: string, value: number, { min, max }: { readonly min: number; readonly max: number }): Violation[] =>
  Number.isInteger(value) && value >= min && value <= max
    ? []
    : [{ path, message: `${value} is out of range; use an integer from ${min} to ${max}` }]
