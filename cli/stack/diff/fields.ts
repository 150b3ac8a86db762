import { isMap } from '../../../infra/rules/values.ts'

/** A step into an object: a key, the place in a list, or the `name` that an item of a list has. */
export type Step = string | number | { readonly name: string }
export type Path = readonly Step[]

/** A field that differs; undefined is one that is not there. */
export interface FieldChange {
  readonly path: Path
  readonly from: unknown
  readonly to: unknown
}

const nameOf = (item: unknown): string | undefined => (isMap(item) && typeof item['name'] === 'string' ? item['name'] : undefined)

/** The names of the items, where each has one of its own. */
const namesOf = (list: readonly unknown[]): string[] | undefined => {
  const names = list.map(nameOf)
  return names.every((name) => name !== undefined) && new Set(names).size === names.length ? names : undefined
}

const isEmpty = (value: unknown): boolean => value === undefined || value === null || (Array.isArray(value) && value.length === 0) || (isMap(value) && Object.keys(value).length === 0)

const listChanges = (from: readonly unknown[], to: readonly unknown[], path: Path): FieldChange[] => {
  const [before, after] = [namesOf(from), namesOf(to)]
  if (before && after) {
    const names = [...new Set([...before, ...after])]
    return names.flatMap((name) => fieldChanges(from[before.indexOf(name)], to[after.indexOf(name)], [...path, { name }]))
  }
  return Array.from({ length: Math.max(from.length, to.length) }, (_, index) => fieldChanges(from[index], to[index], [...path, index])).flat()
}

/** The fields in which two values differ; items of lists belong together by their `name`, where all have one. Pure. */
export const fieldChanges = (from: unknown, to: unknown, path: Path = []): FieldChange[] => {
  if (isEmpty(from) && isEmpty(to)) return []
  if (isMap(from) && isMap(to)) {
    return [...new Set([...Object.keys(from), ...Object.keys(to)])].sort().flatMap((key) => fieldChanges(from[key], to[key], [...path, key]))
  }
  if (Array.isArray(from) && Array.isArray(to)) return listChanges(from, to, path)
  return Object.is(from, to) ? [] : [{ path, from, to }]
}

const step = (one: Step): string => {
  if (typeof one === 'number') return `[${one}]`
  if (typeof one === 'object') return `[${one.name}]`
  return /[./]/.test(one) ? `["${one}"]` : `.${one}`
}

/** A path as people write it: `spec.containers[web].image`. */
export const pathText = (path: Path): string => path.map(step).join('').replace(/^\./, '')
