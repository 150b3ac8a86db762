import { graphOf } from '../../config/define/index.ts'
import { stack } from '../../config/tasks/index.ts'
import { kubeConfig, type StackCluster } from '../../cli/kube/index.ts'
import { environments } from '../../infra/tasks/environments.ts'
import { type Deployed, deployed } from './criteria/index.ts'

/** The cluster that the run is against; global-setup.mjs has put it into KUBECONFIG. */
export const target = kubeConfig

const { apps } = environments.dev

/** Pods that each app of the deployed environment has. */
export const replicas: Readonly<Record<string, number>> = Object.fromEntries(Object.entries(apps).map(([app, settings]) => [app, settings.replicas]))

/** The deployed task stack for the criteria. */
export const inspect = (cluster: StackCluster, options: { readonly sources?: readonly string[]; readonly patienceSeconds?: number } = {}): Deployed =>
  deployed({
    graph: graphOf(stack),
    cluster,
    replicas,
    sources: options.sources ?? ['config', 'service'],
    patienceSeconds: options.patienceSeconds ?? 30,
  })
