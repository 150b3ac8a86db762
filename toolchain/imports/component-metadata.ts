import { readdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

import { parse } from 'yaml'
import { z } from 'zod'

import { aliasesIn, azureNames } from './aliases.ts'
import { builtinProfiles, type Corrected, corrections, registeredAs, runtimeFields, secretNames } from './corrections.ts'

const scalar = z.union([z.string(), z.number(), z.boolean()]).transform(String)

const Field = z.object({
  name: z.string(),
  type: z.enum(['string', 'number', 'bool', 'duration', 'bytesize']).default('string'),
  required: z.boolean().default(false),
  sensitive: z.boolean().default(false),
  deprecated: z.boolean().default(false),
  default: scalar.nullish(),
  allowedValues: z.array(scalar).nullish(),
})

const Metadata = z.object({
  type: z.string(),
  name: z.string(),
  version: z.string(),
  metadata: z.array(Field).nullish().transform((fields) => fields ?? []),
  authenticationProfiles: z.array(z.object({ metadata: z.array(Field).nullish() })).default([]),
  builtinAuthenticationProfiles: z.array(z.object({ name: z.enum(['aws', 'azuread', 'gcp']), metadata: z.array(Field).nullish() })).default([]),
})

/** A metadata item that a component knows. */
export interface Item {
  readonly name: string
  readonly type: 'string' | 'number' | 'bool' | 'duration' | 'bytesize'
  readonly required?: boolean
  readonly sensitive?: boolean
  readonly default?: string | undefined
  readonly values?: readonly string[]
  /** Still read, no longer recommended; the name of what has its place, if any. */
  readonly deprecated?: string | true
  /** The item that this is another name of. */
  readonly aliasOf?: string
  readonly min?: number
  readonly max?: number
}

/** A component type in one version: what it always takes, and the ways to log in, each with items of its own. */
export interface ComponentModel {
  /** Such as `state.redis`. */
  readonly type: string
  readonly version: string
  readonly items: readonly Item[]
  readonly profiles: readonly (readonly Item[])[]
}

const unquoted = (text: string): string => text.trim().replace(/^"(.*)"$/, '$1')

const itemOf = (field: z.infer<typeof Field>): Item => {
  const value = field.default === undefined || field.default === null ? '' : unquoted(field.default)
  return {
    name: field.name,
    type: field.type,
    ...(field.required && value === '' && { required: true }),
    ...((field.sensitive || secretNames.includes(field.name)) && { sensitive: true }),
    ...(value !== '' && { default: value }),
    ...(field.allowedValues && { values: field.allowedValues.map(unquoted) }),
    ...(field.deprecated && { deprecated: true as const }),
  }
}

const corrected = (items: readonly Item[], { change = {}, add = [] }: Corrected): Item[] => [
  ...items.map((item) => ({ ...item, ...change[item.name] })),
  ...add.filter(({ name }) => !items.some((item) => item.name === name)),
]

/** One item for each name; where a file says it twice, the first. */
const once = (items: readonly Item[]): Item[] => [...new Map([...items].reverse().map((item) => [item.name.toLowerCase(), item])).values()].reverse()

/** Items for the other names of those that are there. */
const aliased = (items: readonly Item[], aliases: ReadonlyMap<string, string>): Item[] =>
  [...aliases].flatMap(([alias, name]): Item[] => {
    const item = items.find((one) => one.name.toLowerCase() === name.toLowerCase())
    const known = items.some((one) => one.name.toLowerCase() === alias.toLowerCase())
    return !item || known ? [] : [{ name: alias, type: item.type, ...(item.sensitive && { sensitive: true }), aliasOf: item.name }]
  })

/** Within each group, the name that a component's items have, for the others. */
const sameAs = (items: readonly Item[], groups: readonly (readonly string[])[]): [alias: string, name: string][] =>
  groups.flatMap((names) => {
    const name = names.find((one) => items.some((item) => item.name.toLowerCase() === one.toLowerCase()))
    return name === undefined ? [] : names.filter((other) => other !== name).map((other): [string, string] => [other, name])
  })

const ofAzure = ({ type }: { readonly type: string }, logins: readonly { readonly name: string }[]): boolean => type.includes('azure') || logins.some(({ name }) => name === 'azuread')

const modelOf = (text: string, aliases: ReadonlyMap<string, string>, azure: readonly (readonly string[])[]): ComponentModel => {
  const { type: kind, name, version, metadata, authenticationProfiles, builtinAuthenticationProfiles } = Metadata.parse(parse(text))
  const named = `${kind}.${name}`
  const type = registeredAs[named] ?? named
  const correction = corrections[type] ?? {}
  const own = authenticationProfiles.map((profile) => once((profile.metadata ?? []).map(itemOf)))
  const builtin = builtinAuthenticationProfiles.map((profile) => once([...(profile.metadata ?? []).map(itemOf), ...builtinProfiles[profile.name]]))
  const items = once(corrected([...metadata.map(itemOf), ...(runtimeFields[kind] ?? [])], correction))
  const changed = [...own, ...builtin].map((profile) => corrected(profile, { change: correction.change }))
  const all = [...items, ...changed.flat()]
  const others = aliased(all, new Map([...aliases, ...(ofAzure({ type }, builtinAuthenticationProfiles) ? sameAs(all, azure) : [])]))
  return { type, version, items: [...items, ...others], profiles: [...changed, ...(correction.profiles ?? [])] }
}

/** The metadata of every component of components-contrib, sorted by type and version. */
export async function componentModels(source: string): Promise<ComponentModel[]> {
  const files = (await readdir(source, { recursive: true })).filter((name) => /(^|\/)metadata\.ya?ml$/.test(name))
  const azure = await azureNames(source)
  const models = await Promise.all(files.map(async (name) => modelOf(await readFile(join(source, name), 'utf8'), await aliasesIn(source, join(source, dirname(name))), azure)))
  const key = ({ type, version }: ComponentModel): string => `${type}/${version}`
  return models.sort((a, b) => (key(a) < key(b) ? -1 : 1))
}
