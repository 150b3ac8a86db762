import type { V1IPBlock, V1Namespace, V1NetworkPolicy, V1NetworkPolicyPeer, V1NetworkPolicyPort, V1Pod } from '@kubernetes/client-node'
import { selects } from './labels.ts'

/** What policies are about, as the API server has it. */
export interface World {
  readonly pods: readonly V1Pod[]
  readonly namespaces: readonly V1Namespace[]
  readonly policies: readonly V1NetworkPolicy[]
}

type Direction = 'Ingress' | 'Egress'

interface Allowed {
  /** Left out: everybody. */
  readonly peers: readonly V1NetworkPolicyPeer[]
  /** Left out: every port. */
  readonly ports: readonly V1NetworkPolicyPort[]
}

/** A pod with an address of its own that is still in use. */
interface Addressed {
  readonly pod: V1Pod
  readonly address: string
}

const TABLE = 'ip network-policies'

/** The other end of a connection, seen from the pod that a policy is about. */
const otherEnd = { Ingress: 'ip saddr', Egress: 'ip daddr' } as const

const addressed = ({ pods }: World): Addressed[] =>
  pods.flatMap((pod) => {
    const { podIP, phase } = pod.status ?? {}
    const gone = phase === 'Succeeded' || phase === 'Failed'
    return podIP === undefined || gone || pod.spec?.hostNetwork ? [] : [{ pod, address: podIP }]
  })

/** A policy that names no types is about what comes in, and about what goes out if it says something of it. */
const typesOf = ({ spec }: V1NetworkPolicy): readonly string[] => spec?.policyTypes ?? ['Ingress', ...(spec?.egress ? ['Egress'] : [])]

const policiesOf = (pod: V1Pod, direction: Direction, { policies }: World): V1NetworkPolicy[] =>
  policies.filter((policy) =>
    policy.metadata?.namespace === pod.metadata?.namespace && typesOf(policy).includes(direction) && selects(policy.spec?.podSelector ?? {}, pod.metadata?.labels))

type IngressRule = NonNullable<NonNullable<V1NetworkPolicy['spec']>['ingress']>[number]

/** The client calls the field `_from` in what it lists, and leaves it as it is in what it watches. */
const sourcesOf = (rule: IngressRule & { readonly from?: V1NetworkPolicyPeer[] }): V1NetworkPolicyPeer[] => rule._from ?? rule.from ?? []

const allowedBy = ({ spec }: V1NetworkPolicy, direction: Direction): Allowed[] =>
  direction === 'Ingress'
    ? (spec?.ingress ?? []).map((rule) => ({ peers: sourcesOf(rule), ports: rule.ports ?? [] }))
    : (spec?.egress ?? []).map(({ to: peers = [], ports = [] }) => ({ peers, ports }))

const blockMatch = (end: string, { cidr, except = [] }: V1IPBlock): string => `${end} ${cidr}${except.length > 0 ? ` ${end} != { ${except.join(', ')} }` : ''}`

const inNamespace = ({ namespaceSelector }: V1NetworkPolicyPeer, own: string | undefined, other: string | undefined, { namespaces }: World): boolean =>
  namespaceSelector ? namespaces.some(({ metadata }) => metadata?.name === other && selects(namespaceSelector, metadata?.labels)) : own === other

/** What an address must be to be that of a peer; nothing when no pod is one. */
const peerMatches = (end: string, peer: V1NetworkPolicyPeer, own: string | undefined, world: World): string[] => {
  if (peer.ipBlock) return [blockMatch(end, peer.ipBlock)]
  const addresses = addressed(world)
    .filter(({ pod: { metadata } }) => inNamespace(peer, own, metadata?.namespace, world) && selects(peer.podSelector ?? {}, metadata?.labels))
    .map(({ address }) => address)
  return addresses.length > 0 ? [`${end} { ${[...new Set(addresses)].sort().join(', ')} }`] : []
}

const portMatch = ({ protocol = 'TCP', port, endPort }: V1NetworkPolicyPort): string => {
  const name = protocol.toLowerCase()
  if (port === undefined) return `meta l4proto ${name}`
  if (typeof port === 'string') throw new Error(`port "${port}" has a name: this enforcer knows numbers only`)
  return `${name} dport ${port}${endPort === undefined ? '' : `-${endPort}`}`
}

const linesOf = ({ peers, ports }: Allowed, end: string, own: string | undefined, world: World): string[] => {
  const matches = peers.length === 0 ? [''] : peers.flatMap((peer) => peerMatches(end, peer, own, world))
  const doors = ports.length === 0 ? [''] : ports.map(portMatch)
  return matches.flatMap((match) => doors.map((door) => [match, door, 'return'].filter(Boolean).join(' ')))
}

interface Chain {
  readonly address: string
  readonly name: string
  readonly lines: readonly string[]
}

const chainsOf = (direction: Direction, world: World): Chain[] =>
  addressed(world).flatMap(({ pod, address }) => {
    const policies = policiesOf(pod, direction, world)
    if (policies.length === 0) return []
    const end = otherEnd[direction]
    const allowed = policies.flatMap((policy) => allowedBy(policy, direction)).flatMap((one) => linesOf(one, end, pod.metadata?.namespace, world))
    // No policy keeps a pod from itself, as by its own Service.
    const lines = [`${end} ${address} return`, ...new Set(allowed), 'counter drop']
    return [{ address, name: `${direction.toLowerCase()}-${address.replaceAll('.', '-')}`, lines }]
  })

const chainText = (name: string, lines: readonly string[]): string => `  chain ${name} {\n${lines.map((line) => `    ${line}\n`).join('')}  }\n`

const dispatch = (field: string, chains: readonly Chain[]): string[] =>
  chains.length === 0 ? [] : [`${field} vmap { ${chains.map(({ address, name }) => `${address} : jump ${name}`).join(', ')} }`]

/**
 * The rules of nftables that hold pods to the NetworkPolicies: our reading of what Kubernetes says that those mean. A pod that no policy
 * selects is open; what a connection was let in for comes back; the node itself, and so kubelets and port-forwards, reaches every pod. Pure.
 */
export const ruleset = (world: World): string => {
  const [egress, ingress] = [chainsOf('Egress', world), chainsOf('Ingress', world)]
  const known = 'ct state established,related accept'
  const out = dispatch('ip saddr', egress)
  const base = (hook: string): string => `type filter hook ${hook} priority -1; policy accept;`
  return [
    `add table ${TABLE}\ndelete table ${TABLE}\ntable ${TABLE} {\n`,
    ...[...egress, ...ingress].map(({ name, lines }) => chainText(name, lines)),
    chainText('between-pods', [base('forward'), known, ...out, ...dispatch('ip daddr', ingress)]),
    // The API server, which is at an address of the node.
    chainText('to-the-node', [base('input'), known, ...out]),
    '}\n',
  ].join('')
}
