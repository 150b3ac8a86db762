import type { StackCluster } from '../../kube/index.ts'
import type { ClusterPort } from '../../kube/port.ts'
import type { DeployedGraph } from '../../stack/graph.ts'
import type { Probes } from './probes.ts'

/** Where evidence is gathered. */
export interface Scene {
  readonly port: ClusterPort
  readonly inside: StackCluster
  readonly namespace: string
  readonly graph: DeployedGraph | undefined
  readonly probes: Probes
  /** Probes that start a program in a pod get more time. */
  readonly slowProbes: Probes
}
