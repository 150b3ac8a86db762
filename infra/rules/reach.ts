import { namespaceLabel } from '../constructs/network-peers.ts'
import type { Thing, WorkloadThing } from './thing.ts'
import { beside, type Things } from './things.ts'
import { isMap, type Json, listOf, mapOf, scalarOf, textOf, textsOf, valueAt } from './values.ts'

/** Some pods: where they are, and their labels. */
export interface Pods {
  readonly namespace: string
  readonly labels: Json
}

/** A port of pods, and what is spoken there. */
export interface Door {
  readonly port: number
  readonly protocol: 'TCP' | 'UDP'
}

export type Direction = 'ingress' | 'egress'

const isPolicy = ({ kind, apiVersion }: Thing): boolean => kind === 'NetworkPolicy' && apiVersion.startsWith('networking.k8s.io/')

/** Asked for each pair of pods that have to reach each other. */
const known = new WeakMap<Things, readonly Thing[]>()

/** The NetworkPolicies among the objects. */
export const policiesIn = (things: Things): readonly Thing[] => {
  const policies = known.get(things) ?? things.all.filter(isPolicy)
  known.set(things, policies)
  return policies
}

const meets = (labels: Json, { key, operator, values }: Json): boolean => {
  const value = scalarOf(labels[textOf(key) ?? ''])
  const among = value !== undefined && textsOf(values).includes(value)
  return operator === 'In' ? among : operator === 'NotIn' ? !among : operator === 'Exists' ? value !== undefined : value === undefined
}

/** Whether a label selector takes these labels; an empty one takes all. */
export const selectorTakes = (selector: unknown, labels: Json): boolean => {
  const { matchLabels, matchExpressions } = mapOf(selector)
  return Object.entries(mapOf(matchLabels)).every(([key, value]) => scalarOf(labels[key]) === scalarOf(value)) && listOf(matchExpressions).every((one) => meets(labels, mapOf(one)))
}

const isAbout = ({ body }: Thing, direction: Direction): boolean => {
  const types = textsOf(valueAt(body, ['spec', 'policyTypes'])).map((type) => type.toLowerCase())
  if (types.length > 0) return types.includes(direction)
  return direction === 'ingress' || mapOf(body['spec'])['egress'] !== undefined
}

/** The policies that close pods in a direction; without any they are open. */
export const closing = (pods: Pods, direction: Direction, things: Things): Thing[] =>
  policiesIn(things).filter((policy) => policy.namespace === pods.namespace && isAbout(policy, direction) && selectorTakes(valueAt(policy.body, ['spec', 'podSelector']), pods.labels))

// Of a namespace's labels only its name is known: of others it is believed that it has them.
const inNamespace = (selector: unknown, own: string, other: string): boolean => {
  if (!isMap(selector)) return own === other
  const named = scalarOf(mapOf(selector['matchLabels'])[namespaceLabel])
  return named === undefined || named === other
}

// Which addresses pods and servers have is not known.
const peerIs = (peer: Json, own: string, other: Pods): boolean =>
  isMap(peer['ipBlock']) || (inNamespace(peer['namespaceSelector'], own, other.namespace) && selectorTakes(peer['podSelector'], other.labels))

const doorIs = ({ port, endPort, protocol }: Json, door: Door): boolean => {
  if ((textOf(protocol) ?? 'TCP') !== door.protocol) return false
  // What a name stands for is up to each pod.
  if (typeof port !== 'number') return true
  return port <= door.port && door.port <= (typeof endPort === 'number' ? endPort : port)
}

const lets = (rule: Json, direction: Direction, own: string, other: Pods, door: Door): boolean => {
  const [peers, ports] = [listOf(rule[direction === 'ingress' ? 'from' : 'to']), listOf(rule['ports'])].map((list) => list.map(mapOf)) as [Json[], Json[]]
  return (peers.length === 0 || peers.some((peer) => peerIs(peer, own, other))) && (ports.length === 0 || ports.some((port) => doorIs(port, door)))
}

/** Whether policies let pods be connected from, or to, others at a port. */
export const isOpen = (pods: Pods, direction: Direction, other: Pods, door: Door, things: Things): boolean => {
  const policies = closing(pods, direction, things)
  return policies.length === 0 || policies.some(({ body }) => listOf(valueAt(body, ['spec', direction])).some((rule) => lets(mapOf(rule), direction, pods.namespace, other, door)))
}

/** The workloads beside a Service of a name that it leads to. */
export const behindService = (name: string, thing: Thing, { all, workloads }: Things): WorkloadThing[] => {
  const service = beside(thing, all).find((one) => one.kind === 'Service' && one.name === name)
  const selector = mapOf(valueAt(service?.body, ['spec', 'selector']))
  return Object.keys(selector).length === 0 ? [] : beside(thing, workloads).filter(({ labels }) => selectorTakes({ matchLabels: selector }, labels))
}
