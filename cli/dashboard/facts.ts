import type { KubeObject } from '../kube/port.ts'
import { flowsOf } from '../graph/flows.ts'
import type { DeployedGraph } from '../stack/graph.ts'
import type { SidecarWord } from '../stack/graph/sightings.ts'
import type { Pod } from '../stack/up/pods.ts'
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
