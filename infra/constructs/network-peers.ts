import { k8s } from './k8s.ts'

/** Who is at the other end of a connection, as a NetworkPolicy can say it: host names mean nothing there. Without any of the three it is anybody. */
export interface NetworkPeer {
  /** A range of addresses, such as `10.0.8.0/24`; it stands alone. */
  readonly cidr?: string
  /**
   * Namespace of the pods.
   * @default - the stack's own
   */
  readonly namespace?: string
  /**
   * Labels of the pods.
   * @default - all pods of `namespace`
   */
  readonly pods?: Readonly<Record<string, string>>
}

/** Where connections may go to. */
export interface NetworkTarget extends NetworkPeer {
  /**
   * TCP ports, 1-65535: those of the pods, which need not be those of their Service.
   * @default - all
   */
  readonly ports?: readonly number[]
}

/** The label that every cluster gives a namespace. */
export const namespaceLabel = 'kubernetes.io/metadata.name'

/** @throws RangeError when a range of addresses is given for pods */
const peerSpec = ({ cidr, namespace, pods }: NetworkPeer): k8s.NetworkPolicyPeer => {
  if (cidr !== undefined) {
    if (namespace !== undefined || pods !== undefined) throw new RangeError(`a network peer has cidr "${cidr}" and pods; use one of the two`)
    return { ipBlock: { cidr } }
  }
  return {
    ...(namespace !== undefined && { namespaceSelector: { matchLabels: { [namespaceLabel]: namespace } } }),
    ...(pods !== undefined && { podSelector: { matchLabels: { ...pods } } }),
  }
}

const isAnybody = ({ cidr, namespace, pods }: NetworkPeer): boolean => cidr === undefined && namespace === undefined && pods === undefined

const portsSpec = (ports: readonly number[] | undefined, protocols: readonly string[] = ['TCP']): k8s.NetworkPolicyPort[] =>
  (ports ?? []).flatMap((port) => protocols.map((protocol) => ({ protocol, port: k8s.IntOrString.fromNumber(port) })))

/** Lets peers in at a port of the pods; nothing where there are none. */
export const ingressFrom = (peers: readonly NetworkPeer[], port: number): k8s.NetworkPolicyIngressRule[] =>
  peers.length === 0 ? [] : [{ ...(!peers.some(isAnybody) && { from: peers.map(peerSpec) }), ports: portsSpec([port]) }]

/** Lets connections out. */
export const egressTo = ({ ports, ...peer }: NetworkTarget, protocols?: readonly string[]): k8s.NetworkPolicyEgressRule => ({
  ...(!isAnybody(peer) && { to: [peerSpec(peer)] }),
  ...(ports !== undefined && { ports: portsSpec(ports, protocols) }),
})

/** Both directions are closed but for what is named. */
export const closed = (pods: Readonly<Record<string, string>>, ingress: k8s.NetworkPolicyIngressRule[], egress: k8s.NetworkPolicyEgressRule[]): k8s.NetworkPolicySpec => ({
  podSelector: { matchLabels: { ...pods } },
  policyTypes: ['Ingress', 'Egress'],
  ...(ingress.length > 0 && { ingress }),
  ...(egress.length > 0 && { egress }),
})

/** Ports of `dns`. */
const dnsPorts = [53]
const clusterDns: NetworkTarget = { namespace: 'kube-system', pods: { 'k8s-app': 'kube-dns' } }

/** Lets pods ask for names; by default those of the cluster. */
export const egressToDns = (dns: NetworkTarget = clusterDns): k8s.NetworkPolicyEgressRule => egressTo({ ports: dnsPorts, ...dns }, ['UDP', 'TCP'])
