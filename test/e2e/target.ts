import { kubeConfig, type StackCluster } from '../../cli/kube/index.ts'
import { type EnvironmentName, environments } from '../../infra/tasks/environments.ts'
import { type Deployed, deployed } from '../../cli/verify/index.ts'
import { verification } from '../../verify/tasks/index.ts'

/** The cluster that the run is against; global-setup.mjs has put it into KUBECONFIG. */
export const target = kubeConfig

/** Pods that each app of an environment has. */
export const replicasOf = (environment: EnvironmentName): Readonly<Record<string, number>> =>
  Object.fromEntries(Object.entries(environments[environment].apps).map(([app, settings]) => [app, settings.replicas]))

/** Pods that each app has in the environments that bring their own broker. */
export const replicas = replicasOf('dev')

/** The deployed task stack for the criteria. */
export const inspect = (cluster: StackCluster, options: Partial<Pick<Deployed, 'replicas' | 'sources' | 'patienceSeconds' | 'sidecarHeaders'>> = {}): Deployed =>
  deployed({ graph: verification.graph, sources: verification.sources, cluster, replicas, patienceSeconds: 30, ...options })
