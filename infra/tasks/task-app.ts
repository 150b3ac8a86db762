import { App, Chart } from 'cdk8s'

import { stack } from '../../config/tasks/index.ts'
import { DaprStack, StackNamespace } from '../constructs/index.ts'
import type { Environment } from './environments.ts'
import { addServer } from './servers.ts'

export interface TaskAppProps {
  readonly environment: Environment
  /** Namespace of everything; it is created unless it is `default`. */
  readonly namespace: string
  /** Image of the services, with a tag. */
  readonly image: string
  /** Folder the manifests are written to. */
  readonly outdir?: string
}

const name = 'tasks'

/** The cdk8s app of the task stack: a chart for the namespace, one for the servers the environment brings, one for the stack. */
export const taskApp = ({ environment, namespace, image, outdir }: TaskAppProps): App => {
  const app = new App({ recordConstructMetadata: false, ...(outdir !== undefined && { outdir }) })
  const chart = (id: string): Chart => new Chart(app, id, { namespace, disableResourceNameHashes: true })
  // Charts are written, and so applied, in this order.
  const charts = namespace === defaultNamespace ? [] : [namespaceChart(app, namespace)]
  if (environment.servers.length > 0) {
    const servers = chart('servers')
    for (const server of environment.servers) addServer(servers, name, server, environment)
    charts.push(servers)
  }
  const tasks = chart(name)
  new DaprStack(tasks, name, {
    stack,
    backends: environment.backends,
    apps: environment.apps,
    image,
    tracing: environment.tracing,
    network: environment.network,
    command: (service) => ['node', `service/${service}/main.js`],
  })
  ;[...charts, tasks].reduce((before, after) => {
    after.addDependency(before)
    return after
  })
  return app
}

/** The namespace that every cluster has. */
export const defaultNamespace = 'default'

const namespaceChart = (app: App, namespace: string): Chart => {
  const chart = new Chart(app, 'namespace', { disableResourceNameHashes: true })
  new StackNamespace(chart, 'namespace', { name: namespace })
  return chart
}
