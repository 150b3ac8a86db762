import { k8s } from './k8s.ts'
import { Construct } from 'constructs'

import { disruption } from './availability.ts'
import { selectorOf, stackSelector, workloadLabels } from './labels.ts'
import { closed, egressTo, egressToDns, ingressFrom, type NetworkPeer, type NetworkTarget } from './network-peers.ts'

/** What all servers that an environment brings have in common. */
export interface ServerSettings {
  /**
   * Names of the apps that use it; no other pod reaches it.
   * @default - all pods of the stack
   */
  readonly clients?: readonly string[]
  /**
   * Who reaches it beside the apps, such as KEDA's operator, which counts the events that wait: `{ namespace: 'keda', pods: { app: 'keda-operator' } }`.
   * @default - nobody
   */
  readonly peers?: readonly NetworkPeer[]
  /**
   * Name of a PriorityClass of the cluster.
   * @default - that of the cluster
   */
  readonly priorityClass?: string
  /**
   * Who resolves names, over UDP and TCP.
   * @default - the pods labelled `k8s-app: kube-dns` in `kube-system`, at port 53
   */
  readonly dns?: NetworkTarget
}

export interface ServerGuardProps extends ServerSettings {
  /** Name of the stack, for labels. */
  readonly stack: string
  /** Name of the server. */
  readonly name: string
  readonly port: number
  /** Name of the Job that prepares it, where there is one: it reaches the server, and nobody the Job. */
  readonly job?: string
}

/** Who reaches a server, which account it has, and that a node may be drained of it. */
export class ServerGuard extends Construct {
  constructor(scope: Construct, id: string, props: ServerGuardProps) {
    super(scope, id)
    const { stack, name, port, job } = props
    const metadata = { name, labels: workloadLabels(stack, name) }
    new k8s.KubeServiceAccount(this, 'ServiceAccount', { metadata, automountServiceAccountToken: false })
    new k8s.KubePodDisruptionBudget(this, 'PodDisruptionBudget', { metadata, spec: disruption(name) })
    // Names are for its own tools, which find it by its Service. A pod always reaches itself.
    new k8s.KubeNetworkPolicy(this, 'NetworkPolicy', { metadata, spec: closed(selectorOf(name), ingressFrom(clientsOf(props), port), [egressToDns(props.dns)]) })
    if (job === undefined) return
    const toServer = egressTo({ pods: selectorOf(name), ports: [port] })
    new k8s.KubeNetworkPolicy(this, 'JobNetworkPolicy', { metadata: { name: job, labels: workloadLabels(stack, job) }, spec: closed(selectorOf(job), [], [egressToDns(props.dns), toServer]) })
  }
}

const clientsOf = ({ stack, clients, job, peers = [] }: ServerGuardProps): NetworkPeer[] => {
  const apps = clients === undefined ? [{ pods: stackSelector(stack) }] : [...clients, ...(job === undefined ? [] : [job])].map((client) => ({ pods: selectorOf(client) }))
  return [...apps, ...peers]
}

/** What the pods of a server have beside its container. */
export const serverPod = ({ name, priorityClass }: Pick<ServerGuardProps, 'name' | 'priorityClass'>) => ({
  serviceAccountName: name,
  automountServiceAccountToken: false,
  ...(priorityClass !== undefined && { priorityClassName: priorityClass }),
}) satisfies Partial<k8s.PodSpec>
