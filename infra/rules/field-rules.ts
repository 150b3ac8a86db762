import { type ResourceSchema, resourceSchemas } from '../../imports/dapr-catalogue.ts'
import { meant } from './names.ts'
import type { Flaw, Rule } from './rule.ts'
import { isDapr, type Thing } from './thing.ts'
import type { Things } from './things.ts'
import { isMap, listOf, mapOf, type Path } from './values.ts'

// Fields that people write although no version of Dapr had them, and what does what they mean.
const wrongFields: Readonly<Record<string, string>> = {
  'Component.spec.auth': '`auth` stands beside `spec`, not in it',
  'Component.spec.scopes': '`scopes` stands beside `spec`, not in it',
  'Subscription.spec.scopes': '`scopes` stands beside `spec`, not in it',
  'Resiliency.spec.scopes': '`scopes` stands beside `spec`, not in it',
  'Configuration.spec.accessControl.policies.allowedApiActions':
    'list what the app may invoke as `operations: [{ name: /method, httpVerb: [POST], action: allow }]`; which APIs a sidecar offers its own app is `spec.api.allowed`',
  'Configuration.spec.mtls.allowInsecure': 'remove it: mTLS is on or off, by `enabled`',
  'Configuration.spec.mtls.clusterDomainAliases': 'remove it: the domain of the cluster is set where Dapr is installed',
}

const schemaOf = ({ apiVersion, kind }: Thing): ResourceSchema | undefined => resourceSchemas[`${apiVersion}/${kind}`]

interface Found {
  readonly path: Path
  readonly value: unknown
  readonly schema: ResourceSchema
}

/** Every value that the schema knows, with its schema. */
const walk = (found: Found): Found[] => {
  const { path, value, schema } = found
  if (isMap(value)) {
    const below = Object.entries(value).flatMap(([key, child]): Found[] => {
      const known = schema.fields?.[key] ?? schema.values
      return known ? walk({ path: [...path, key], value: child, schema: known }) : []
    })
    return [found, ...below]
  }
  const item = schema.item
  return item ? [found, ...listOf(value).flatMap((child, index) => walk({ path: [...path, index], value: child, schema: item }))] : [found]
}

const inDaprObjects = ({ all }: Things, look: (thing: Thing, found: Found) => Flaw[]): Flaw[] =>
  all.filter(isDapr).flatMap((thing) => {
    const schema = schemaOf(thing)
    return schema ? walk({ path: [], value: thing.body, schema }).flatMap((found) => look(thing, found)) : []
  })

const dotted = (thing: Thing, path: Path): string => [thing.kind, ...path.filter((part) => typeof part === 'string')].join('.')
const shown = (path: Path): string => (path.length === 0 ? 'the object' : path.join('.'))

const unknownField: Rule = {
  id: 'unknown-field',
  reason: 'The API server drops a field that the kind does not have, or refuses the object; either way it does nothing.',
  mend: 'Remove it, or correct its name or place.',
  check: (things) =>
    inDaprObjects(things, (thing, { path, value, schema: { fields } }) => {
      if (!fields || !isMap(value)) return []
      const known = Object.keys(fields)
      return Object.keys(value).filter((key) => !known.includes(key) && !(path.length === 0 && key === 'status')).map((key) => ({
        thing,
        path: [...path, key],
        what: `${thing.kind} has no field ${[...path, key].join('.')}`,
        mend: wrongFields[dotted(thing, [...path, key])] ?? meant(key, known, 'remove it'),
      }))
    }),
}

const missingField: Rule = {
  id: 'missing-field',
  reason: 'The API server refuses the object.',
  mend: 'Add the field.',
  check: (things) =>
    inDaprObjects(things, (thing, { path, value, schema: { required = [] } }) => {
      const there = mapOf(value)
      return required
        .filter((key) => isMap(value) && (there[key] === undefined || there[key] === null))
        .map((key) => ({ thing, path, what: `${shown(path)} has no ${key}`, mend: `add \`${key}\`` }))
    }),
}

const fits = (value: unknown, type: NonNullable<ResourceSchema['type']>): boolean => {
  switch (type) {
    case 'object': return isMap(value)
    case 'array': return Array.isArray(value)
    case 'integer': return Number.isInteger(value)
    case 'string': case 'number': case 'boolean': return typeof value === type
  }
}

const fieldType: Rule = {
  id: 'field-type',
  reason: 'The API server refuses the object.',
  mend: 'Write a value of that type.',
  check: (things) =>
    inDaprObjects(things, (thing, { path, value, schema: { type } }) =>
      type === undefined || value === undefined || value === null || fits(value, type)
        ? []
        : [{ thing, path, what: `${shown(path)} is ${JSON.stringify(value)}`, mend: `write ${type === 'string' ? 'a text, in quotes' : `a value of type ${type}`}` }],
    ),
}

/** Rules of the fields of Dapr's own kinds. */
export const fieldRules: readonly Rule[] = [unknownField, missingField, fieldType]
