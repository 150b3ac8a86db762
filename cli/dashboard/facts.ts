import { isDeadLetterName } from '../../config/define/index.ts'
import { flowsOf } from '../graph/flows.ts'
import type { KubeObject } from '../kube/port.ts'
import type { DeployedGraph } from '../stack/graph.ts'
import type { SidecarWord } from '../stack/graph/sightings.ts'
import { isReady, type Pod, statusesOf } from '../stack/up/pods.ts'
import type { Count } from './rates.ts'

/** What one look at the cluster gave. */
export interface ClusterFacts {
  readonly atMs: number
  readonly namespace: string
  readonly graph: DeployedGraph
  readonly pods: readonly Pod[]
  /** The last event of each object, by its name. */
  readonly events: ReadonlyMap<string, string>
  /** What the sidecars said. */
  readonly words: readonly SidecarWord[]
  /** Dapr's Components and Subscriptions of the namespace, as they are. */
  readonly components: readonly KubeObject[]
  readonly subscriptions: readonly KubeObject[]
}

/** What the sidecars had counted. Pure. */
export const countIn = ({ atMs, namespace, words }: ClusterFacts): Count => ({
  atMs,
  byPod: new Map(words.flatMap(({ app, pod, said }) => (said ? [[pod.metadata.uid, flowsOf(app, namespace, said.samples)]] : []))),
})

/**
 * What must have changed before it is worth to look for dead letters again: an app gets each as a delivery. Looking reads the apps' stores
 * through their sidecars, which count it as calls of the apps. Pure.
 */
export const deadLetterTrace = (facts: ClusterFacts): string =>
  JSON.stringify([...countIn(facts).byPod].flatMap(([pod, flows]) => flows.filter(({ other }) => other.lines.some(isDeadLetterName)).map(({ from, count }) => [pod, from, count])))

const versionOf = ({ metadata }: KubeObject): unknown => [metadata.name, metadata['resourceVersion']]

/** What must have changed before it is worth to ask doctor again: pods, what their sidecars have loaded, Dapr's objects, the graph. Pure. */
export const healthTrace = ({ pods, words, components, subscriptions, graph }: ClusterFacts): string =>
  JSON.stringify([
    pods.map((pod) => [pod.metadata.uid, isReady(pod), statusesOf(pod).map(({ ready, restartCount }) => [ready, restartCount])]),
    words.map(({ pod, said }) => [pod.metadata.uid, said?.metadata.components, said?.metadata.subscriptions]),
    [...components, ...subscriptions].map(versionOf),
    graph,
  ])
