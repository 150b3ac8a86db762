import { keptFor } from './kept.ts'
import { componentOf, type ComponentThing, isDapr, subscriptionOf, type SubscriptionThing, type Thing, thingOf, workloadOf, type WorkloadThing } from './thing.ts'
import { listOf, mapOf, type Path, scalarOf, truthy } from './values.ts'

/** An app with a sidecar: its workload and its id. */
export interface AppThing extends WorkloadThing {
  readonly id: string
}

/** All the objects that are looked at together. */
export interface Things {
  readonly all: readonly Thing[]
  /** What is no Kubernetes object. */
  readonly strangers: readonly Thing[]
  readonly components: readonly ComponentThing[]
  readonly subscriptions: readonly SubscriptionThing[]
  readonly configurations: readonly Thing[]
  readonly resiliencies: readonly Thing[]
  readonly workloads: readonly WorkloadThing[]
  readonly apps: readonly AppThing[]
}

const appOf = (workload: WorkloadThing): AppThing[] => {
  if (!truthy(workload.annotations['dapr.io/enabled'])) return []
  return [{ ...workload, id: scalarOf(workload.annotations['dapr.io/app-id']) ?? workload.name }]
}

const isNothing = (value: unknown): boolean => value === null || value === undefined

const stranger = (input: number, root: Path): Thing => ({ input, root, body: {}, apiVersion: '', kind: '', name: '', namespace: '' })

const thingsIn = (input: number, value: unknown): Thing[] => {
  if (isNothing(value)) return []
  const { kind, items } = mapOf(value)
  if (kind === 'List') return listOf(items).map((item, index) => thingOf(input, ['items', index], item) ?? stranger(input, ['items', index]))
  return [thingOf(input, [], value) ?? stranger(input, [])]
}

/** Looks at the objects; empty documents are nothing. */
export const thingsOf = (inputs: readonly unknown[]): Things => {
  const found = inputs.flatMap((value, input) => thingsIn(input, value))
  const all = found.filter(({ kind }) => kind !== '')
  const workloads = all.flatMap(workloadOf)
  const ofKind = (kind: string): Thing[] => all.filter((thing) => isDapr(thing) && thing.kind === kind)
  return {
    all,
    strangers: found.filter(({ kind }) => kind === ''),
    components: all.flatMap(componentOf),
    subscriptions: all.flatMap(subscriptionOf),
    configurations: ofKind('Configuration'),
    resiliencies: ofKind('Resiliency'),
    workloads,
    apps: workloads.flatMap(appOf),
  }
}

const byNamespace = keptFor((things: readonly Thing[]): ReadonlyMap<string, readonly Thing[]> => Map.groupBy(things, ({ namespace }) => namespace))

/** The objects in the namespace of another. */
export const beside = <T extends Thing>(thing: Thing, things: readonly T[]): readonly T[] =>
  (byNamespace(things).get(thing.namespace) ?? []) as readonly T[] // the groups of these very things

const idsOf = keptFor((apps: readonly AppThing[]): readonly string[] => [...new Set(apps.map(({ id }) => id))])

/** Ids of the apps in the namespace of an object. */
export const appIdsBeside = (thing: Thing, { apps }: Things): readonly string[] => idsOf(beside(thing, apps))
