import { type ClusterPort, clusterPort, kubeConfig, KubeRefusal, KubeUnreachable, restOf, stackCluster, type StackCluster } from '../kube/index.ts'
import { StackError } from './errors.ts'
import type { Options } from './options.ts'

/** A cluster that answers. */
export interface Connection {
  readonly port: ClusterPort
  /** A way into the pods of a namespace. */
  readonly pods: (namespace: string) => StackCluster
  /** What the kubeconfig calls it. */
  readonly context: string
  /** Its version, such as `v1.34.3`. */
  readonly version: string
}

/** What the client takes where there is no kubeconfig at all. */
const serverOfNone = 'http://localhost:8080'

/**
 * Connects to the cluster of the kubeconfig.
 * @throws StackError when there is none or it does not answer
 */
export const connect = async ({ kubeconfig }: Pick<Options, 'kubeconfig'>): Promise<Connection> => {
  const mend = 'see KUBECONFIG or --kubeconfig, and that the cluster is up'
  try {
    const config = kubeConfig(kubeconfig)
    if (config.getCurrentCluster()?.server === serverOfNone) throw new StackError('preflight', 'there is no kubeconfig, neither in KUBECONFIG nor as ~/.kube/config', mend)
    const port = clusterPort(restOf(config))
    return { port, pods: (namespace) => stackCluster(config, namespace), context: config.getCurrentContext(), version: await port.version() }
  } catch (error) {
    if (error instanceof StackError) throw error
    if (error instanceof KubeRefusal) throw new StackError('preflight', `the cluster refuses: ${error.message}`, mend, { cause: error })
    if (error instanceof KubeUnreachable) throw new StackError('preflight', error.message, mend, { cause: error })
    throw new StackError('preflight', `the kubeconfig cannot be read: ${error instanceof Error ? error.message : String(error)}`, mend, { cause: error })
  }
}
