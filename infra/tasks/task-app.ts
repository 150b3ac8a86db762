import type { App } from 'cdk8s'

import { stack } from '../../config/tasks/index.ts'
import { DaprStack, stackApp } from '../constructs/index.ts'
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

/** The cdk8s app of the task stack. */
export const taskApp = ({ environment, namespace, image, outdir }: TaskAppProps): App => {
  const { servers, backends, apps, tracing, network } = environment
  return stackApp({
    name,
    namespace,
    outdir,
    servers: servers.length === 0 ? undefined : (chart) => {
      for (const server of servers) addServer(chart, name, server, environment)
    },
    stack: (chart) => new DaprStack(chart, name, { stack, backends, apps, image, tracing, network, command: (service) => ['node', `service/${service}/main.js`] }),
  })
}
