import { isDeepStrictEqual } from 'node:util'

import { boundGaps } from './bounds.ts'
import { choicesOf, kindOf, type Node, nodeOf, type Schema, takesNothing, valuesOf, wholes } from './schema-node.ts'

/** Why a value that one schema may write is refused by another that reads it. `path` is that of the field, such as `items[].price`. */
export type Gap = { readonly path: string } & (
  /** It need not be there. `known`: the writer has it all the same. */
  | { readonly gap: 'may be missing'; readonly known: boolean }
  /** The reader knows no such field, and refuses what it does not know. */
  | { readonly gap: 'unknown field' }
  | { readonly gap: 'type'; readonly written: string; readonly read: string }
  /** One of the values that may be written. */
  | { readonly gap: 'value'; readonly value: unknown }
  /** Only these are read, and any may be written. */
  | { readonly gap: 'only values'; readonly values: readonly unknown[] }
  /** A limit, a pattern, a format. */
  | { readonly gap: 'keyword'; readonly keyword: string; readonly written: unknown; readonly read: unknown }
)

export interface GapOptions {
  /** The writer fills in defaults, so that those fields are there. */
  readonly defaultsFilled?: boolean
}

const join = (path: string, name: string): string => (path === '' ? name : `${path}.${name}`)

const typeOf = (value: unknown): string => (value === null ? 'null' : Array.isArray(value) ? 'array' : Number.isInteger(value) ? 'integer' : typeof value)
const typeFits = (written: string, read: string): boolean => written === read || (written === 'integer' && read === 'number')

/** A value as a schema that takes nothing else: its limits are those that it keeps. */
const schemaOf = (value: unknown): Schema => ({
  type: typeOf(value),
  ...(typeof value === 'number' && { minimum: value, maximum: value, multipleOf: value }),
  ...(typeof value === 'string' && { minLength: Array.from(value).length, maxLength: Array.from(value).length }),
})

const hasPattern = (value: unknown, { pattern }: Node): boolean => typeof value !== 'string' || typeof pattern !== 'string' || new RegExp(pattern, 'u').test(value)

const hasChoices = ({ anyOf, oneOf }: Node): boolean => (anyOf ?? oneOf) !== undefined

/** Fields that tell one choice from another. */
const literalsOf = ({ properties }: Node, root: Schema): string[] => Object.entries(properties).flatMap(([name, property]) => ('const' in nodeOf(property, root) ? [name] : []))

const differing = (one: readonly string[], other: readonly string[]): number => one.filter((name) => !other.includes(name)).length + other.filter((name) => !one.includes(name)).length

/** Whether a schema takes anything: of unknown fields that are kept so, nothing is known. */
const isOpen = (schema: Schema): boolean => schema === true || Object.keys(schema).length === 0

class Comparison {
  readonly #written: Schema
  readonly #read: Schema
  readonly #defaultsFilled: boolean
  /** Pairs that are being compared: a schema may hold itself. */
  readonly #open = new Set<string>()

  constructor(written: Schema, read: Schema, { defaultsFilled = false }: GapOptions) {
    this.#written = written
    this.#read = read
    this.#defaultsFilled = defaultsFilled
  }

  at(written: Schema, read: Schema, path: string): Gap[] {
    const pair = JSON.stringify([written, read])
    if (this.#open.has(pair)) return []
    this.#open.add(pair)
    const gaps = this.#choices(nodeOf(written, this.#written), nodeOf(read, this.#read), path)
    this.#open.delete(pair)
    return gaps
  }

  #choices(written: Node, read: Node, path: string): Gap[] {
    if (takesNothing(written)) return []
    const [writes, reads] = [choicesOf(written), choicesOf(read)]
    if (writes.length > 1 || hasChoices(written)) return writes.flatMap((choice) => this.at(choice, read, path))
    if (reads.length > 1 || hasChoices(read)) return this.#nearest(written, reads, path)
    return takesNothing(read) ? [this.#typeGap(written, read, path)] : this.#values(written, read, path)
  }

  #typeGap(written: Node, read: Node, path: string): Gap {
    return { path, gap: 'type', written: kindOf(written, this.#written), read: takesNothing(read) ? 'nothing' : kindOf(read, this.#read) }
  }

  /** Of several choices one must take it; where none does, the nearest tells why: one of the same type, the same literals, the most fields in common. */
  #nearest(written: Node, reads: readonly Schema[], path: string): Gap[] {
    const literals = literalsOf(written, this.#written).map((name) => join(path, name))
    const found = reads.map((choice) => {
      const gaps = this.at(written, choice, path)
      const foreign = gaps.filter((gap) => gap.gap === 'value' && literals.includes(gap.path))
      return { gaps, foreign, apart: differing(written.required, nodeOf(choice, this.#read).required) }
    })
    if (found.some(({ gaps }) => gaps.length === 0)) return []
    const [nearest] = found
      .filter(({ gaps }) => !gaps.some((gap) => gap.gap === 'type' && gap.path === path))
      .sort((one, other) => one.foreign.length - other.foreign.length || one.apart - other.apart || one.gaps.length - other.gaps.length)
    if (!nearest) return [this.#typeGap(written, nodeOf({ anyOf: [...reads] }, this.#read), path)]
    return nearest.foreign.length > 0 ? nearest.foreign : nearest.gaps
  }

  #values(written: Node, read: Node, path: string): Gap[] {
    const [writes, reads] = [valuesOf(written), valuesOf(read)]
    if (writes) return writes.filter((value) => !this.#takes(read, reads, value)).map((value) => ({ path, gap: 'value', value }))
    if (reads) return [{ path, gap: 'only values', values: reads }]
    const [type] = read.type ?? []
    if (type !== undefined && !typeFits(written.type?.[0] ?? 'anything', type)) return [this.#typeGap(written, read, path)]
    return [...this.#keywords(written, read, path), ...this.#fields(written, read, path), ...this.#items(written, read, path)]
  }

  #takes(read: Node, reads: readonly unknown[] | undefined, value: unknown): boolean {
    if (reads) return reads.some((one) => isDeepStrictEqual(one, value))
    return this.#values(nodeOf(schemaOf(value), true), { ...read, pattern: undefined, format: undefined }, '').length === 0 && hasPattern(value, read)
  }

  #keywords(written: Node, read: Node, path: string): Gap[] {
    const others = wholes(read).filter((keyword) => read[keyword] !== undefined && !isDeepStrictEqual(written[keyword], read[keyword]))
    const gaps = [...boundGaps(written, read), ...others.map((keyword) => ({ keyword, written: written[keyword], read: read[keyword] }))]
    return gaps.map((gap) => ({ path, gap: 'keyword', ...gap }))
  }

  #isThere({ properties, required }: Node, name: string): boolean {
    const property = properties[name]
    return required.includes(name) || (this.#defaultsFilled && property !== undefined && 'default' in nodeOf(property, this.#written))
  }

  #fields(written: Node, read: Node, path: string): Gap[] {
    const missing = read.required.filter((name) => !this.#isThere(written, name)).map((name): Gap => ({ path: join(path, name), gap: 'may be missing', known: name in written.properties }))
    const known = Object.entries(written.properties).flatMap(([name, property]) => this.#field(property, read.properties[name] ?? read.additionalProperties ?? true, join(path, name)))
    return [...missing, ...known, ...this.#unnamed(written, read, path)]
  }

  #field(written: Schema, read: Schema, path: string): Gap[] {
    return read === false || takesNothing(nodeOf(read, this.#read)) ? [{ path, gap: 'unknown field' }] : this.at(written, read, path)
  }

  /** Fields that the schemas do not name. Where they say nothing of them, there are none: readers are tolerant, and writers typed. */
  #unnamed(written: Node, read: Node, path: string): Gap[] {
    const { additionalProperties: writes = false, propertyNames } = written
    if (writes === false) return []
    const names = read.propertyNames === undefined ? [] : this.at(propertyNames ?? { type: 'string' }, read.propertyNames, join(path, '(names)'))
    const named = Object.keys(read.properties).filter((name) => !(name in written.properties) && !isOpen(writes))
    return [...named.flatMap((name) => this.at(writes, read.properties[name] ?? true, join(path, name))), ...this.#field(writes, read.additionalProperties ?? true, join(path, '*')), ...names]
  }

  #items(written: Node, read: Node, path: string): Gap[] {
    const places = (read.prefixItems ?? []).flatMap((item, index) => this.at(written.prefixItems?.[index] ?? written.items ?? true, item, `${path}[${index}]`))
    const rest = (written.prefixItems ?? []).slice(read.prefixItems?.length ?? 0).flatMap((item) => this.at(item, read.items ?? true, `${path}[]`))
    const items = read.items === undefined || (written.items === undefined && written.prefixItems) ? [] : this.at(written.items ?? true, read.items, `${path}[]`)
    return [...places, ...rest, ...items]
  }
}

/** Why what one schema may write is not what another reads; empty where all of it is. Patterns and formats are only the same or not. Pure. */
export const gapsOf = (written: Schema, read: Schema, options: GapOptions = {}): Gap[] => {
  const gaps = new Comparison(written, read, options).at(written, read, '')
  return gaps.filter((gap, index) => gaps.findIndex((other) => isDeepStrictEqual(gap, other)) === index)
}
