import { type Path, pathText } from './fields.ts'
import type { FieldDiff, ObjectDiff } from './object-diff.ts'

/** Diffs that are told as one: several where the same is to happen to objects of one kind. */
export type DiffGroup = readonly [ObjectDiff, ...ObjectDiff[]]

/** What stands for values of which each object has its own. */
export const eachItsOwn = Symbol('each its own')

/** So few are told one by one. */
const fewest = 4

/** A path in which the object's own name is a word for the name of any. */
const general = (path: Path, name: string): Path => path.map((step) => (typeof step === 'object' && step.name === name ? { name: 'its name' } : step))

const changesOf = (diff: ObjectDiff): string[] => ('fields' in diff ? diff.fields.map(({ path, owner }) => `${pathText(general(path, diff.ref.name))} ${owner?.manager ?? ''}`) : [])

/** What objects must have in common to be told as one; undefined where an object is told by itself, as who changed it and when. */
const keyOf = (diff: ObjectDiff): string | undefined => {
  if (diff.verdict === 'refuse' || diff.verdict === 'keep') return undefined
  if ('fields' in diff && diff.fields.some(({ drift }) => drift)) return undefined
  const from = diff.verdict === 'take over' ? diff.from : []
  return JSON.stringify([diff.verdict, diff.ref.kind, from, changesOf(diff)])
}

/** Puts together what is told as one, at the place of the first. Pure. */
export const diffGroups = (diffs: readonly ObjectDiff[]): DiffGroup[] => {
  const byKey = Map.groupBy(diffs, (diff) => keyOf(diff) ?? diff)
  return [...byKey.values()].flatMap(([first, ...others]): DiffGroup[] => {
    if (!first) return []
    return others.length + 1 < fewest ? [[first], ...others.map((other): DiffGroup => [other])] : [[first, ...others]]
  })
}

const shared = (values: readonly unknown[]): unknown => (values.every((value) => JSON.stringify(value) === JSON.stringify(values[0])) ? values[0] : eachItsOwn)

/** The fields of a group, each with the value that all have. Pure. */
export const sharedFields = ([first, ...others]: DiffGroup): FieldDiff[] => {
  if (!('fields' in first)) return []
  if (others.length === 0) return [...first.fields]
  const all = [first, ...others].map((diff) => ('fields' in diff ? diff.fields : []))
  return first.fields.map((field, index) => ({
    ...field,
    path: general(field.path, first.ref.name),
    from: shared(all.map((fields) => fields[index]?.from)),
    to: shared(all.map((fields) => fields[index]?.to)),
  }))
}
