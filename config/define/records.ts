import { compactSchema, type JsonSchema, packPatterns, unpackPatterns } from './contract-schema.ts'
import type { StackGraph } from './graph.ts'
import type { AnyStack } from './stack.ts'

/** Label of the ConfigMaps that say of a deployed stack what it is made of; its value is the kind of record. */
export const recordLabel = 'dapr-stack/record'

/** Name of the ConfigMap with a stack's graph and contracts. */
export const graphRecord = (stack: string): string => `${stack}-graph`

/** Name of the ConfigMap with the objects that `stack up` applied. */
export const inventoryRecord = (stack: string): string => `${stack}-inventory`

/** Name of the ConfigMap that says which Secrets were put in the places of those that the config names. */
export const secretsRecord = (stack: string): string => `${stack}-secrets`

/** The contracts of a stack as JSON schemas: what can be compared with those of another version of it. */
export interface Contracts {
  /** Topic → event type → the event's `data`. */
  readonly events: Readonly<Record<string, Readonly<Record<string, JsonSchema>>>>
  /** App → method → what it takes and gives. */
  readonly methods: Readonly<Record<string, Readonly<Record<string, { readonly request: JsonSchema; readonly response: JsonSchema }>>>>
  /** App → document → what the app reads of it, and so what it may have stored. */
  readonly documents: Readonly<Record<string, Readonly<Record<string, JsonSchema>>>>
  /** App → kind of job → the data that a job brings. */
  readonly jobs: Readonly<Record<string, Readonly<Record<string, JsonSchema>>>>
}

const mapped = <V, R>(values: Readonly<Record<string, V>>, change: (value: V) => R): Record<string, R> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, change(value)]))

/** The contracts of a stack. Pure. */
export const contractsOf = ({ topics, services }: AnyStack): Contracts => ({
  events: mapped(topics, ({ events }) => mapped(events, compactSchema)),
  methods: mapped(services, ({ methods = {} }) => mapped(methods, ({ request, response }) => ({ request: compactSchema(request), response: compactSchema(response) }))),
  documents: mapped(services, ({ documents = {} }) => mapped(documents, compactSchema)),
  jobs: mapped(services, ({ jobs = {} }) => mapped(jobs, ({ data }) => compactSchema(data))),
})

/** Contracts as they are kept: a ConfigMap holds 1 MiB. */
export interface PackedContracts {
  readonly patterns: readonly string[]
  readonly schemas: Contracts
}

export const packContracts = (contracts: Contracts): PackedContracts => packPatterns(contracts)
export const unpackContracts = ({ patterns, schemas }: PackedContracts): Contracts => unpackPatterns(patterns, schemas)

/** What the graph's ConfigMap holds: its keys are those of `data`, each a JSON text. */
export interface GraphData {
  readonly graph: StackGraph
  readonly contracts: PackedContracts
}
