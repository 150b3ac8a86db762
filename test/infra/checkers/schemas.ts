import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

import { parseAllDocuments } from 'yaml'

import { daprCustomResources, kedaCustomResources } from '../../../toolchain/imports/bindings.ts'
import { moduleSource } from '../../../toolchain/modules.ts'

/** A JSON schema, as far as it is changed here. */
interface Schema {
  readonly $ref?: string
  readonly type?: string
  readonly format?: string
  readonly properties?: Readonly<Record<string, Schema>>
  readonly additionalProperties?: Schema | boolean
  readonly items?: Schema
  readonly 'x-kubernetes-preserve-unknown-fields'?: boolean
  readonly 'x-kubernetes-group-version-kind'?: readonly { readonly group: string; readonly version: string; readonly kind: string }[]
}

interface Swagger {
  readonly definitions: Readonly<Record<string, Schema>>
}

interface Crd {
  readonly spec: { readonly group: string; readonly names: { readonly kind: string }; readonly versions: readonly { readonly name: string; readonly schema: { readonly openAPIV3Schema: Schema } }[] }
}

// What the API server takes as a number too.
const scalars: Readonly<Record<string, object>> = {
  'io.k8s.apimachinery.pkg.util.intstr.IntOrString': { type: ['string', 'integer'] },
  'io.k8s.apimachinery.pkg.api.resource.Quantity': { type: ['string', 'number'] },
}

/** The schema with no other fields than those that it names. */
const strict = (schema: Schema): Schema => {
  const { properties, items, additionalProperties } = schema
  const closed = properties && additionalProperties === undefined && !schema['x-kubernetes-preserve-unknown-fields']
  return {
    ...schema,
    ...(properties && { properties: Object.fromEntries(Object.entries(properties).map(([name, value]) => [name, strict(value)])) }),
    ...(closed && { additionalProperties: false }),
    ...(items && { items: strict(items) }),
    ...(typeof additionalProperties === 'object' && { additionalProperties: strict(additionalProperties) }),
  }
}

/** A file name, as kubeconform looks for it, for a kind. */
const fileOf = (kind: string, group: string, version: string): string => [kind.toLowerCase(), ...(group === '' ? [] : [group.split('.')[0]]), version].join('-')

const prefix = '#/definitions/'
const refsIn = (schema: unknown): string[] => [...JSON.stringify(schema).matchAll(/"\$ref":"#\/definitions\/([^"]+)"/g)].map(([, name = '']) => name)

/** The definitions that a schema needs, and those that they need. */
const closure = (name: string, definitions: Swagger['definitions'], known = new Map<string, object>()): Map<string, object> => {
  const definition = definitions[name]
  if (known.has(name) || definition === undefined) return known
  known.set(name, scalars[name] ?? strict(definition))
  for (const ref of refsIn(definition)) closure(ref, definitions, known)
  return known
}

const kubernetesSchemas = ({ definitions }: Swagger): [file: string, schema: object][] =>
  Object.entries(definitions).flatMap(([name, definition]) =>
    (definition['x-kubernetes-group-version-kind'] ?? []).slice(0, 1).map(({ kind, group, version }): [string, object] => [
      fileOf(kind, group, version),
      { $ref: `${prefix}${name}`, definitions: Object.fromEntries(closure(name, definitions)) },
    ]),
  )

const customSchemas = (bundle: string): [file: string, schema: object][] =>
  parseAllDocuments(bundle)
    .map((document) => document.toJS() as Crd | null)
    .flatMap((crd) => crd?.spec.versions.map(({ name, schema }): [string, object] => [fileOf(crd.spec.names.kind, crd.spec.group, name), strict(schema.openAPIV3Schema)]) ?? [])

/** Strict JSON schemas of all kinds of the pinned Kubernetes, Dapr and KEDA, by the file names that kubeconform asks for. */
export const kindSchemas = async (): Promise<Map<string, object>> => {
  const swagger = await readFile(join(await moduleSource('kubernetes'), 'api/openapi-spec/swagger.json'), 'utf8')
  return new Map([...kubernetesSchemas(JSON.parse(swagger) as Swagger), ...customSchemas(await daprCustomResources()), ...customSchemas(await kedaCustomResources())])
}
