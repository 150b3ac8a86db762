import { fieldManager, type KubeObject } from '../../kube/port.ts'
import type { Path, Step } from './fields.ts'

/** Who last set a field, and when. */
export interface Owner {
  readonly manager: string
  readonly time?: string
}

type Fields = Readonly<Record<string, unknown>>
const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null

const parsed = (json: string): unknown => {
  try {
    return JSON.parse(json)
  } catch {
    return undefined
  }
}

/** Whether a key of `fieldsV1`, such as `k:{"name":"web"}`, is that of an item. */
const isKeyOf = (key: string, item: unknown): boolean => {
  if (key.startsWith('v:')) return parsed(key.slice(2)) === item
  if (!key.startsWith('k:') || !isFields(item)) return false
  return Object.entries((parsed(key.slice(2)) as Fields | undefined) ?? {}).every(([name, value]) => item[name] === value)
}

const child = (value: unknown, one: Step): unknown => {
  if (!isFields(value)) return undefined
  if (typeof one !== 'object') return (value as Readonly<Record<string | number, unknown>>)[one]
  return Array.isArray(value) ? value.find((item) => isFields(item) && item['name'] === one.name) : undefined
}

const childFields = (fields: Fields, value: unknown, one: Step): unknown => {
  if (typeof one === 'string') return fields[`f:${one}`]
  const item = child(value, one)
  const key = Object.keys(fields).find((name) => isKeyOf(name, item))
  return key === undefined ? undefined : fields[key]
}

/** Whether fields cover a path of a value; what has no parts of its own is owned as a whole. */
const covers = (fields: unknown, value: unknown, path: Path): boolean => {
  if (!isFields(fields)) return false
  const [first, ...rest] = path
  if (first === undefined || Object.keys(fields).length === 0) return true
  return covers(childFields(fields, value, first), child(value, first), rest)
}

/** Who owns a field of a live object, `stack` itself last. Pure. */
export const ownerOf = (live: KubeObject, path: Path): Owner | undefined => {
  const entries = (live.metadata.managedFields ?? []).filter(({ fieldsV1 }) => covers(fieldsV1, live, path))
  const entry = entries.find(({ manager }) => manager !== fieldManager) ?? entries[0]
  return entry?.manager === undefined ? undefined : { manager: entry.manager, ...(entry.time !== undefined && { time: entry.time }) }
}

/** Whether `stack` applied the object before. */
export const isOurs = ({ metadata }: KubeObject): boolean => (metadata.managedFields ?? []).some(({ manager, operation }) => manager === fieldManager && operation === 'Apply')

/** Those who applied an object as a whole, and are not controllers that keep a part of it: kubectl, for one. */
export const appliers = ({ metadata }: KubeObject): string[] =>
  [...new Set((metadata.managedFields ?? []).filter(isApplier).map(({ manager }) => manager ?? 'unknown'))]

type Entry = NonNullable<KubeObject['metadata']['managedFields']>[number]

/** What `kubectl apply` leaves, with and without `--server-side`; others that apply keep what is theirs. */
const kubectl = ['kubectl', 'kubectl-client-side-apply', 'kubectl-create']
const isApplier = ({ manager = '', subresource }: Entry): boolean => subresource === undefined && kubectl.includes(manager)

/**
 * The owners of an object's fields without kubectl, once `stack` has applied it: a field that both own would stay when the config no
 * longer has it. Undefined where kubectl owns nothing. Pure.
 */
export const withoutAppliers = ({ metadata }: KubeObject): readonly Entry[] | undefined => {
  const entries = metadata.managedFields ?? []
  return entries.some(isApplier) ? entries.filter((entry) => !isApplier(entry)) : undefined
}
