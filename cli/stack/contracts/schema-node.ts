import { z } from 'zod'

const Schema = z.union([z.boolean(), z.record(z.string(), z.unknown())])
/** A JSON schema, or a part of one. */
export type Schema = z.infer<typeof Schema>

const number = z.number().optional()

/** The keywords that are compared by what they mean; zod writes no others but those of `wholes`. */
const Node = z.looseObject({
  $ref: z.string().optional(),
  type: z.union([z.string().transform((type) => [type]), z.array(z.string())]).optional(),
  enum: z.array(z.unknown()).optional(),
  anyOf: z.array(Schema).optional(),
  oneOf: z.array(Schema).optional(),
  allOf: z.array(Schema).optional(),
  not: Schema.optional(),
  properties: z.record(z.string(), Schema).default({}),
  required: z.array(z.string()).default([]),
  additionalProperties: Schema.optional(),
  propertyNames: Schema.optional(),
  items: Schema.optional(),
  prefixItems: z.array(Schema).optional(),
  minimum: number,
  exclusiveMinimum: number,
  maximum: number,
  exclusiveMaximum: number,
  multipleOf: number,
})
/** One level of a schema. */
export type Node = z.infer<typeof Node>

const compared = [...Object.keys(Node.shape), 'const', 'default', '$defs', 'minLength', 'maxLength', 'minItems', 'maxItems', 'minProperties', 'maxProperties']

/** Keywords of a node that can only be the same or not: `pattern`, `format` and whatever else there is. */
export const wholes = (node: Node): string[] => Object.keys(node).filter((keyword) => !compared.includes(keyword))

const never: Schema = { not: {} }

/** The parts of an `allOf` as one; of several patterns each counts. */
const merged = (node: Node, parts: readonly Node[]): Node => {
  const all = [node, ...parts]
  const patterns = all.flatMap(({ pattern }) => (typeof pattern === 'string' ? [pattern] : []))
  return {
    ...Object.assign({}, ...all) as Node, // nodes make a node
    allOf: undefined,
    properties: Object.assign({}, ...all.map(({ properties }) => properties)) as Node['properties'],
    required: all.flatMap(({ required }) => required),
    ...(patterns.length > 0 && { pattern: patterns.join(' and ') }),
  }
}

const step = (value: unknown, name: string): unknown => (typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)[name] : undefined)

const pointed = (root: Schema, reference: string): Schema => {
  const steps = reference.replace(/^#\/?/, '').split('/').filter(Boolean)
  return Schema.parse(steps.map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~')).reduce<unknown>(step, root))
}

/** Reads one level of a schema; `root` is what its references lead into. */
export const nodeOf = (schema: Schema, root: Schema): Node => {
  const node = Node.parse(schema === true ? {} : schema === false ? never : schema)
  const { $ref: reference, ...beside } = node
  if (reference !== undefined) return merged(Node.parse(beside), [nodeOf(pointed(root, reference), root)])
  return node.allOf ? merged(node, node.allOf.map((part) => nodeOf(part, root))) : node
}

/** What a value may be one of; a node that is no choice is its only one. */
export const choicesOf = (node: Node): Schema[] => {
  const { anyOf, oneOf, default: _, ...rest } = node
  const choices = anyOf ?? oneOf
  if (choices) return choices.map((choice) => (typeof choice === 'boolean' ? choice : { ...rest, ...choice, required: [...rest.required, ...Node.parse(choice).required] }))
  const { type = [] } = node
  return type.length > 1 ? type.map((one) => ({ ...node, type: one })) : [node]
}

export const takesNothing = ({ not }: Node): boolean => not !== undefined && (not === true || Object.keys(not).length === 0)

/** The values that a node lists; undefined where it lists none. */
export const valuesOf = (node: Node): readonly unknown[] | undefined => ('const' in node ? [node['const']] : node.enum)

/** What a node is, in a few words. */
export const kindOf = (node: Node, root: Schema): string => {
  const choices = choicesOf(node)
  if (choices.length > 1) return [...new Set(choices.map((choice) => kindOf(nodeOf(choice, root), root)))].join(' or ')
  return node.type?.[0] ?? valuesOf(node)?.map((value) => JSON.stringify(value)).join(' or ') ?? 'anything'
}
