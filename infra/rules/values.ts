/** A value of YAML or JSON that was not looked at yet. */
export type Json = Readonly<Record<string, unknown>>

/** The way to a value in an object: keys and indexes. */
export type Path = readonly (string | number)[]

export const isMap = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)

/** The value if it is a map, else an empty one. */
export const mapOf = (value: unknown): Json => (isMap(value) ? value : {})

/** The value if it is a list, else an empty one. */
export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? (value as readonly unknown[]) : [])

/** The value if it is a text. */
export const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

/** The texts of a list. */
export const textsOf = (value: unknown): string[] => listOf(value).filter((one) => typeof one === 'string')

/** A text, number or boolean as the text that Kubernetes and Dapr make of it. */
export const scalarOf = (value: unknown): string | undefined =>
  typeof value === 'string' ? value : typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined

/** The value at a path; `undefined` where there is none. */
export const valueAt = (value: unknown, path: Path): unknown =>
  path.reduce<unknown>((part, key) => (typeof key === 'number' ? listOf(part)[key] : mapOf(part)[key]), value)

/** A duration as Go writes it, such as `1h30m` or `500ms`. */
export const goDuration = /^[-+]?(0|(\d+(\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h)((\d+(\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h))*)$/

/** An amount as Kubernetes writes it, such as `100m` or `64Mi`. */
export const quantity = /^\d+(\.\d+)?(m|k|[KMGTPE]i?|e\d+)?$/

const unitSeconds: Readonly<Record<string, number>> = { ns: 1e-9, us: 1e-6, µs: 1e-6, ms: 1e-3, s: 1, m: 60, h: 3600 }

/** Seconds of a Go duration, or of a bare number of seconds. */
export const secondsOf = (text: string): number => {
  if (/^-?\d+$/.test(text)) return Number(text)
  return [...text.matchAll(/(\d+(?:\.\d*)?)(ns|us|µs|ms|s|m|h)/g)].reduce((sum, [, amount = '0', unit = 's']) => sum + Number(amount) * (unitSeconds[unit] ?? 0), 0)
}

export const truthy = (value: unknown): boolean => /^(y|yes|true|t|on|1)$/i.test((scalarOf(value) ?? '').trim())
