import * as z from 'zod'

/** A JSON schema as zod makes it. */
export type JsonSchema = z.core.JSONSchema.BaseSchema

const wordsForPeople = ['title', 'description', 'examples', 'deprecated'] as const

/** What a schema takes, as a JSON schema without words for people: a change of those changes no contract. What JSON schema cannot say is left open. */
export const contractSchema = (schema: z.ZodType): JsonSchema => schemaOf(schema, 'inline')

/** The same in less room: what occurs several times stands in `$defs`. Two that mean the same may so differ in form. */
export const compactSchema = (schema: z.ZodType): JsonSchema => schemaOf(schema, 'ref')

const schemaOf = (schema: z.ZodType, reused: 'inline' | 'ref'): JsonSchema => {
  const override = ({ jsonSchema }: { readonly jsonSchema: JsonSchema }): void => {
    for (const word of wordsForPeople) Reflect.deleteProperty(jsonSchema, word)
  }
  const { $schema: _draft, ...contract } = z.toJSONSchema(schema, { io: 'input', reused, unrepresentable: 'any', override })
  return contract
}

const longPattern = 40
// No pattern begins with it.
const mark = '*'

const isPattern = (key: string, value: unknown): value is string => key === 'pattern' && typeof value === 'string'

/** Takes long patterns out of schemas, each once: those of times are longer than the rest of a schema. */
export const packPatterns = <T>(schemas: T): { readonly patterns: readonly string[]; readonly schemas: T } => {
  const patterns: string[] = []
  const packed = (pattern: string): string => {
    if (!patterns.includes(pattern)) patterns.push(pattern)
    return `${mark}${patterns.indexOf(pattern)}`
  }
  const text = JSON.stringify(schemas, (key, value: unknown) => (isPattern(key, value) && value.length > longPattern ? packed(value) : value))
  return { patterns, schemas: JSON.parse(text) as T } // the same with other strings in it
}

/** Puts patterns back to where `packPatterns` took them. */
export const unpackPatterns = <T>(patterns: readonly string[], schemas: T): T => {
  const unpacked = (value: string): string => (value.startsWith(mark) ? (patterns[Number(value.slice(mark.length))] ?? value) : value)
  return JSON.parse(JSON.stringify(schemas, (key, value: unknown) => (isPattern(key, value) ? unpacked(value) : value))) as T // the same with other strings in it
}
