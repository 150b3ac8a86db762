import { keptFor } from './kept.ts'
import { selectorTakes } from './selector.ts'
import type { Thing, WorkloadThing } from './thing.ts'
import type { Things } from './things.ts'
import { type Json, mapOf, scalarOf, textsOf, valueAt } from './values.ts'

/** Some pods: where they are, and their labels. */
export interface Pods {
  readonly namespace: string
  readonly labels: Json
}

export type Direction = 'ingress' | 'egress'

/** The NetworkPolicies among some objects, found by what they select: asked for each pair of pods that have to reach each other. */
interface Index {
  readonly all: readonly Thing[]
  /** By the first label that they ask for, `''` where they ask for none. */
  readonly byLabel: ReadonlyMap<string, readonly Thing[]>
  /** What was found. */
  readonly byPods: WeakMap<Json, readonly Thing[]>
  readonly pods: Map<Thing, WorkloadThing[]>
}

const isPolicy = ({ kind, apiVersion }: Thing): boolean => kind === 'NetworkPolicy' && apiVersion.startsWith('networking.k8s.io/')
const selectorOf = ({ body }: Thing): unknown => valueAt(body, ['spec', 'podSelector'])
const labelText = ([key, value]: readonly [string, unknown]): string => `${key}=${scalarOf(value)}`

const firstLabel = (policy: Thing): string => {
  const [first] = Object.entries(mapOf(mapOf(selectorOf(policy))['matchLabels']))
  return first ? labelText(first) : ''
}

const find = ({ byLabel, byPods }: Index, { labels, namespace }: Pods): readonly Thing[] => {
  const known = byPods.get(labels)
  if (known) return known
  const maybe = ['', ...Object.entries(labels).map(labelText)].flatMap((label) => byLabel.get(label) ?? [])
  const found = maybe.filter((policy) => policy.namespace === namespace && selectorTakes(selectorOf(policy), labels))
  byPods.set(labels, found)
  return found
}

const indexOf = keptFor((things: Things): Index => {
  const all = things.all.filter(isPolicy)
  const index: Index = { all, byLabel: Map.groupBy(all, firstLabel), byPods: new WeakMap(), pods: new Map(all.map((policy) => [policy, []])) }
  for (const workload of things.workloads) for (const policy of find(index, workload)) index.pods.get(policy)?.push(workload)
  return index
})

/** The NetworkPolicies among the objects. */
export const policiesIn = (things: Things): readonly Thing[] => indexOf(things).all

/** The workloads that a policy is about. */
export const podsUnder = (policy: Thing, things: Things): readonly WorkloadThing[] => indexOf(things).pods.get(policy) ?? []

const isAbout = ({ body }: Thing, direction: Direction): boolean => {
  const types = textsOf(valueAt(body, ['spec', 'policyTypes'])).map((type) => type.toLowerCase())
  if (types.length > 0) return types.includes(direction)
  return direction === 'ingress' || mapOf(body['spec'])['egress'] !== undefined
}

/** The policies that close pods in a direction; without any they are open. */
export const closing = (pods: Pods, direction: Direction, things: Things): Thing[] => find(indexOf(things), pods).filter((policy) => isAbout(policy, direction))
