import type { FieldChange, Path } from './fields.ts'

const telling = /passw|secret|token|credential|api-?key|access-?key|private-?key|connection-?string/i

const isSecretPath = (path: Path): boolean => {
  const last = path.at(-1)
  const owner = path.at(-2)
  // `value` of an environment variable or of a component's metadata item that is named like a secret.
  return last === 'value' && typeof owner === 'object' && telling.test(owner.name)
}

const mask = (value: unknown): unknown => (value === undefined ? undefined : '(hidden)')

/** A change that shows no secret: data of Secrets, and values that are named like one. Pure. */
export const masked = (kind: string, change: FieldChange): FieldChange => {
  const [first] = change.path
  const hidden = (kind === 'Secret' && (first === 'data' || first === 'stringData')) || isSecretPath(change.path)
  return hidden ? { ...change, from: mask(change.from), to: mask(change.to) } : change
}
