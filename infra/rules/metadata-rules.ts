import { type CatalogueComponent, componentCatalogue, type CatalogueItem } from '../../imports/dapr-catalogue.ts'
import { holdsPassword } from './credentials.ts'
import { metadataForm } from './metadata-forms.ts'
import { meant, quote, repeats } from './names.ts'
import type { Flaw, Rule } from './rule.ts'
import type { ComponentThing, MetadataEntry } from './thing.ts'
import type { Things } from './things.ts'
import { goDuration, quantity } from './values.ts'

// Keys that people write although no version of the component read them, and what does what they mean.
const wrongKeys: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'pubsub.kafka': {
    allowcreatetopics: 'remove it: whether topics come into being by themselves is a setting of the broker',
    schemaformat: 'remove it: schemas come from a registry, by `schemaRegistryURL` and, in a subscription\'s metadata, `valueSchemaType: Avro`',
    groupid: 'the key is `consumerGroup`',
  },
  'secretstores.kubernetes': {
    secrets: 'which secrets an app may read stands in `spec.secrets.scopes` of its Configuration, and in a Role',
  },
}

const known = ({ type, version }: ComponentThing): CatalogueComponent | undefined => componentCatalogue(`${type}/${version === '' || version === 'v0' ? 'v1' : version}`)

const itemsOf = ({ items, profiles }: CatalogueComponent): readonly CatalogueItem[] => [...items, ...profiles.flat()]

// Dapr reads the keys of metadata in any case.
const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase()
const find = (items: readonly CatalogueItem[], name: string): CatalogueItem | undefined => items.find((item) => same(item.name, name))

const eachComponent = ({ components }: Things, look: (thing: ComponentThing, component: CatalogueComponent) => Flaw[]): Flaw[] =>
  components.flatMap((thing) => {
    const component = known(thing)
    return component ? look(thing, component) : []
  })

const eachEntry = (things: Things, look: (entry: MetadataEntry, items: readonly CatalogueItem[], thing: ComponentThing) => readonly Omit<Flaw, 'thing' | 'path'>[]): Flaw[] =>
  eachComponent(things, (thing, component) => thing.entries.flatMap((entry) => look(entry, itemsOf(component), thing).map((flaw) => ({ thing, path: entry.path, ...flaw }))))

const metadataKey: Rule = {
  id: 'metadata-key',
  reason: 'A component ignores a key that it does not know, without a word.',
  mend: 'Correct the key, or remove it.',
  check: (things) =>
    eachEntry(things, ({ name }, items, { type }) =>
      find(items, name) ? [] : [{ what: `${type} knows no metadata "${name}"`, mend: wrongKeys[type]?.[name.toLowerCase()] ?? meant(name, [...new Set(items.map((item) => item.name))], 'remove it') }],
    ),
}

const metadataTwice: Rule = {
  id: 'metadata-twice',
  reason: 'One of the two values is not used.',
  mend: 'Keep one.',
  check: ({ components }) =>
    components.flatMap((thing) => repeats(thing.entries, ({ name }) => name.toLowerCase()).map(({ value: { name, path } }) => ({ thing, path, what: `"${name}" stands there twice` }))),
}

const metadataEmpty: Rule = {
  id: 'metadata-empty',
  reason: 'The component takes it for a value that is empty.',
  mend: 'Give it `value` or `secretKeyRef`, one of them.',
  check: ({ components }) =>
    components.flatMap((thing) =>
      thing.entries.flatMap(({ name, body, path }) => {
        const ways = ['value', 'secretKeyRef', 'envRef'].filter((way) => body[way] !== undefined && body[way] !== null)
        return ways.length === 1 ? [] : [{ thing, path, what: `${name} has ${ways.length === 0 ? 'no value' : ways.join(' and ')}` }]
      }),
    ),
}

const given = ({ entries }: ComponentThing, items: readonly CatalogueItem[]) => {
  const names = new Set(entries.filter(({ body, value }) => value !== '' || body['secretKeyRef'] !== undefined || body['envRef'] !== undefined).map(({ name }) => name.toLowerCase()))
  // What stands for another key counts as that one.
  for (const { name, deprecated, aliasOf } of items) {
    const other = aliasOf ?? deprecated
    if (typeof other === 'string' && names.has(name.toLowerCase())) names.add(other.toLowerCase())
  }
  return (name: string): boolean => names.has(name.toLowerCase())
}

/** The ways to log in that do not contradict what is given. */
const possible = ({ entries }: ComponentThing, { profiles }: CatalogueComponent): (readonly CatalogueItem[])[] =>
  profiles.filter((profile) => profile.every(({ name, values }) => {
    const value = entries.find((entry) => same(entry.name, name))?.value
    return !values || value === undefined || value === '' || values.some((allowed) => same(allowed, value))
  }))

const missingOf = (items: readonly CatalogueItem[], has: (name: string) => boolean): string[] => items.filter(({ name, required }) => required && !has(name)).map(({ name }) => name)

const metadataRequired: Rule = {
  id: 'metadata-required',
  reason: 'The component does not start without it, and its sidecar not either.',
  mend: 'Add it.',
  check: (things) =>
    eachComponent(things, (thing, component) => {
      const has = given(thing, itemsOf(component))
      const logins = possible(thing, component).map((profile) => missingOf(profile, has)).sort((a, b) => a.length - b.length)
      const missing = [...missingOf(component.items, has), ...(logins[0] ?? [])]
      return [...new Set(missing)].map((name) => ({ thing, path: ['spec', 'metadata'], what: `${thing.type} needs metadata "${name}"`, mend: `add ${name}${advice(component, name)}` }))
    }),
}

const advice = (component: CatalogueComponent, name: string): string => {
  const values = component.profiles.flatMap((profile) => find(profile, name)?.values ?? [])
  return values.length > 0 ? `: one of ${quote([...new Set(values)])}` : ''
}

const forms: Readonly<Record<CatalogueItem['type'], { readonly fits: (text: string) => boolean; readonly words: string }>> = {
  string: { fits: () => true, words: 'a text' },
  number: { fits: (text) => /^[-+]?\d+(\.\d+)?$/.test(text.trim()), words: 'a number' },
  bool: { fits: (text) => /^(y|yes|true|t|on|1|n|no|false|f|off|0)$/i.test(text.trim()), words: '"true" or "false"' },
  duration: { fits: (text) => goDuration.test(text.trim()) || /^-?\d+$/.test(text.trim()), words: 'a duration such as "500ms" or "1h30m"' },
  bytesize: { fits: (text) => quantity.test(text.trim()), words: 'a size such as "4Mi"' },
}

const beyond = (text: string, { min = -Infinity, max = Infinity }: CatalogueItem): boolean => /^[-+]?\d+(\.\d+)?$/.test(text) && (Number(text) < min || Number(text) > max)

const wrongValue = (text: string, items: readonly CatalogueItem[]): string | undefined => {
  const [item] = items
  if (!item || text === '' || text.includes('{')) return undefined // unset, or filled in by the sidecar
  const values = items.flatMap((one) => one.values ?? [])
  if (values.length > 0) return values.some((allowed) => same(allowed, text)) ? undefined : `use one of ${quote([...new Set(values)])}`
  if (!forms[item.type].fits(text)) return `write ${forms[item.type].words}`
  if (!beyond(text, item)) return undefined
  return item.max === undefined ? `use ${item.min ?? 0} or more` : `use ${item.min ?? 0} to ${item.max}`
}

const metadataValue: Rule = {
  id: 'metadata-value',
  reason: 'The component does not start with such a value, or takes another for it.',
  mend: 'Write a value that the key takes.',
  check: (things) =>
    eachEntry(things, ({ name, value }, items) => {
      const mend = value === undefined ? undefined : wrongValue(value, items.filter((item) => same(item.name, name)))
      return mend === undefined ? [] : [{ what: `${name} is "${value ?? ''}"`, mend }]
    }),
}

const metadataDeprecated: Rule = {
  id: 'metadata-deprecated',
  reason: 'A later version of Dapr will ignore it.',
  mend: 'Use what has its place.',
  check: (things) =>
    eachEntry(things, ({ name }, items) => {
      const { deprecated } = find(items, name) ?? {}
      return deprecated === undefined ? [] : [{ what: `${name} is deprecated`, mend: deprecated === true ? 'remove it' : `use ${deprecated}` }]
    }),
}

const secretLiteral: Rule = {
  id: 'secret-literal',
  reason: 'Whoever may read the object, the repository or the logs of a deployment has the secret.',
  mend: 'Put it into a Secret and write `secretKeyRef: { name, key }`.',
  check: (things) =>
    eachEntry(things, ({ name, body, value }, items) =>
      (find(items, name)?.sensitive || holdsPassword(value ?? '')) && body['secretKeyRef'] === undefined && value !== undefined && value !== '' ? [{ what: `${name} is written out` }] : [],
    ),
}

/** Rules of the metadata of Components, by the catalogue of all components. */
export const metadataRules: readonly Rule[] = [metadataKey, metadataTwice, metadataEmpty, metadataRequired, metadataValue, metadataForm, metadataDeprecated, secretLiteral]
