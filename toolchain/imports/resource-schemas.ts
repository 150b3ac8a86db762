import { parseAllDocuments } from 'yaml'
import { z } from 'zod'

/** What an object of a kind may hold: `fields` of an object, `item` of a list, `values` of a map; neither, where anything may stand. */
export interface Schema {
  readonly type?: 'object' | 'array' | 'string' | 'integer' | 'number' | 'boolean'
  readonly fields?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly item?: Schema
  readonly values?: Schema
}

interface OpenApi {
  readonly type?: Schema['type'] | undefined
  readonly properties?: Readonly<Record<string, OpenApi>> | undefined
  readonly required?: readonly string[] | undefined
  readonly items?: OpenApi | undefined
  readonly additionalProperties?: OpenApi | undefined
}

const OpenApi: z.ZodType<OpenApi> = z.lazy(() =>
  z.object({
    type: z.enum(['object', 'array', 'string', 'integer', 'number', 'boolean']).optional(),
    properties: z.record(z.string(), OpenApi).optional(),
    required: z.array(z.string()).optional(),
    items: OpenApi.optional(),
    additionalProperties: OpenApi.optional(),
  }),
)

const Crd = z.object({
  spec: z.object({
    group: z.string(),
    names: z.object({ kind: z.string() }),
    versions: z.array(z.object({ name: z.string(), schema: z.object({ openAPIV3Schema: OpenApi }) })),
  }),
})

const schemaOf = ({ type, properties, required, items, additionalProperties }: OpenApi): Schema => ({
  ...(type !== undefined && { type }),
  ...(properties && { fields: Object.fromEntries(Object.entries(properties).map(([name, value]) => [name, schemaOf(value)])) }),
  ...(required && { required }),
  ...(items && { item: schemaOf(items) }),
  ...(additionalProperties && { values: schemaOf(additionalProperties) }),
})

/** The schema of each kind and version in a bundle of CRDs, by `apiVersion/kind`. */
export const resourceSchemas = (bundle: string): [key: string, schema: Schema][] =>
  parseAllDocuments(bundle).map((document) => document.toJS() as unknown).filter(Boolean).flatMap((crd) => {
    const { group, names, versions } = Crd.parse(crd).spec
    return versions.map(({ name, schema }): [string, Schema] => [`${group}/${name}/${names.kind}`, schemaOf(schema.openAPIV3Schema)])
  })
