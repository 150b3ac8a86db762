import type { k8s } from './k8s.ts'

import { type AppNode, sidecarPorts, type StackGraph } from '../../config/define/index.ts'
import type { AppSettings } from './app-settings.ts'
import type { Backend } from './backend.ts'
import { controlPlane, daprSystem } from './control-plane.ts'
import { selectorOf } from './labels.ts'
import { closed, egressTo, egressToDns, ingressFrom, type NetworkTarget } from './network-peers.ts'
import type { NetworkSettings } from './network-settings.ts'
import { kubernetesSecrets } from './secret-store.ts'
import { type Tracing, tracingTarget } from './tracing.ts'

/** What is known of an app's connections. */
export interface AppNetwork {
  readonly app: AppNode
  readonly graph: StackGraph
  readonly backends: Readonly<Record<string, Backend>>
  readonly settings: Pick<AppSettings, 'clients' | 'reaches'>
  readonly network: NetworkSettings
  readonly tracing: Tracing | undefined
}

const anywhere: NetworkTarget = {}
const apiServerPorts = [443, 6443]

const unique = <T>(values: readonly T[]): T[] => [...new Map(values.map((value) => [JSON.stringify(value), value])).values()]

/** Other apps come by their sidecars alone: the port of an app is its own sidecar's, in the same pod. */
const ingress = ({ app, graph, settings, network }: AppNetwork): k8s.NetworkPolicyIngressRule[] => {
  const callers = unique(graph.invocations.filter(({ callee }) => callee === app.id).map(({ caller }) => ({ pods: selectorOf(caller) })))
  return [
    ...ingressFrom(callers, sidecarPorts.internalGrpc),
    ...ingressFrom(network.metrics ?? [], sidecarPorts.metrics),
    ...ingressFrom(settings.clients ?? [], app.port),
  ]
}

const targets = ({ app, graph, backends, settings, network, tracing }: AppNetwork): NetworkTarget[] => {
  const { daprNamespace = daprSystem, apiServer = { ports: apiServerPorts } } = network
  const callees = graph.invocations.filter(({ caller }) => caller === app.id).map(({ callee }) => ({ pods: selectorOf(callee), ports: [sidecarPorts.internalGrpc] }))
  return unique([
    ...controlPlane.map((part) => ({ namespace: daprNamespace, pods: selectorOf(part.app), ports: [part.port] })),
    ...callees,
    ...app.components.flatMap((name) => backends[name]?.targets ?? [anywhere]),
    ...(kubernetesSecrets(graph, backends, app.id).length > 0 ? [apiServer] : []),
    ...(tracing ? [tracingTarget(tracing)] : []),
    ...(settings.reaches ?? []),
  ])
}

/** Who reaches the pods of an app and whom they reach, of which nobody knows more than the graph. */
export const appNetwork = (known: AppNetwork): k8s.NetworkPolicySpec =>
  closed(selectorOf(known.app.id), ingress(known), [egressToDns(known.network.dns), ...targets(known).map((target) => egressTo(target))])
