import type { StackGraph } from '../../config/define/index.ts'
import type { ConfigurationSpecApiAllowed } from '../../imports/dapr.io.ts'

const protocols = ['http', 'grpc'] as const
// Dapr compares it as it stands, and of gRPC knows no "v1.0".
const version = 'v1'

const keepsState = ({ components }: StackGraph, app: string): boolean => components.some(({ kind, users }) => kind === 'state' && users.includes(app))

/** Events of its own, or dead letters that it gives back. */
const publishes = ({ topics, subscriptions }: StackGraph, app: string): boolean =>
  topics.some(({ publishers }) => publishers.includes(app)) || subscriptions.some(({ deadLetters }) => deadLetters.publisher === app)

/**
 * The APIs of a sidecar that its app has a use for, on both protocols; it refuses the others. `metadata` is what tells from outside
 * what a sidecar has loaded. `healthz` is always open.
 */
export const apiAccess = (graph: StackGraph, app: string): ConfigurationSpecApiAllowed[] => {
  const uses = {
    metadata: true,
    state: keepsState(graph, app),
    publish: publishes(graph, app),
    invoke: graph.invocations.some(({ caller }) => caller === app),
    secrets: graph.secrets.some((edge) => edge.app === app),
    jobs: graph.apps.some(({ id, jobs }) => id === app && jobs.length > 0),
  }
  const names = Object.entries(uses).flatMap(([name, used]) => (used ? [name] : []))
  return protocols.flatMap((protocol) => names.map((name) => ({ name, version, protocol })))
}
