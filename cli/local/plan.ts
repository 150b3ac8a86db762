import { type AppPlan, planApp } from './app-plan.ts'
import { RunRefused } from './errors.ts'
import { type JetStreamPlan, planJetStream } from './jetstream/plan.ts'
import type { Manifest } from './manifests.ts'
import { sharedMemoryBrokers, secretFiles } from './components.ts'

/** All that a run starts, taken from the manifests of the local environment. */
export interface RunPlan {
  readonly apps: readonly AppPlan[]
  /** What every sidecar reads: components, subscriptions, resiliency. */
  readonly resources: readonly Manifest[]
  /** The Configuration of each app, without what needs a cluster. */
  readonly configurations: readonly Manifest[]
  /** Files of secrets that sidecars read, from their working folder. */
  readonly secretFiles: readonly string[]
  /** The NATS servers that components name. */
  readonly jetStream: readonly JetStreamPlan[]
}

const resourceKinds = ['Component', 'Subscription', 'Resiliency', 'HTTPEndpoint']
const clusterOnly = ['StatefulSet', 'DaemonSet', 'Job', 'CronJob', 'Pod']

const isDapr = ({ apiVersion }: Manifest): boolean => apiVersion.startsWith('dapr.io/')

const refuseClusterOnly = (manifests: readonly Manifest[]): void => {
  const names = manifests.filter(({ kind }) => clusterOnly.includes(kind)).map(({ kind, metadata }) => `${kind} ${metadata.name}`)
  if (names.length > 0) throw new RunRefused(`the local environment has ${names.join(', ')}, which only a cluster can run: leave it out of the servers of \`local\` in infra/`)
}

const refuseSharedMemory = (resources: readonly Manifest[]): void => {
  for (const { name, users } of sharedMemoryBrokers(resources)) {
    throw new RunRefused(`component ${name} is in memory, which no two sidecars share, but ${users.join(' and ')} use it: give \`local\` in infra/ a broker that runs, such as PubSub.jetStream`)
  }
}

/** What the sidecars of a stack read. */
export type SidecarFiles = Pick<RunPlan, 'resources' | 'configurations'>

/** What of the manifests the sidecars of the apps read. Pure. */
export const sidecarFiles = (manifests: readonly Manifest[]): SidecarFiles => ({
  resources: manifests.filter((manifest) => isDapr(manifest) && resourceKinds.includes(manifest.kind)),
  configurations: manifests.filter((manifest) => isDapr(manifest) && manifest.kind === 'Configuration'),
})

/**
 * Makes the plan of a run. Pure.
 * @throws RunRefused when the manifests hold what cannot run on one machine
 */
export const planRun = (manifests: readonly Manifest[], portOffset: number): RunPlan => {
  refuseClusterOnly(manifests)
  const { resources, configurations } = sidecarFiles(manifests)
  refuseSharedMemory(resources)
  const apps = manifests.filter(({ kind }) => kind === 'Deployment').map((deployment) => planApp(deployment, portOffset))
  if (apps.length === 0) throw new RunRefused('the manifests hold no Deployment: there is nothing to start')
  return {
    apps,
    resources,
    configurations,
    secretFiles: secretFiles(resources),
    jetStream: planJetStream(manifests),
  }
}
