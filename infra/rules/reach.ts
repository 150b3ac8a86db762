import { namespaceLabel } from '../constructs/network-peers.ts'
import { closing, type Direction, type Pods } from './policies.ts'
import { selectorTakes } from './selector.ts'
import type { Thing, WorkloadThing } from './thing.ts'
import { beside, type Things } from './things.ts'
import { isMap, type Json, listOf, mapOf, scalarOf, textOf, valueAt } from './values.ts'

/** A port of pods, and what is spoken there. */
export interface Door {
  readonly port: number
  readonly protocol: 'TCP' | 'UDP'
}

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
