import { join } from 'node:path'

import { until } from '../sidecar/rig/until.ts'
import type { AppPlan } from './deployment.ts'
import type { Host } from './host.ts'
import { type Link, openLink } from './link.ts'
import { createManaged, type Managed } from './managed.ts'
import { configurationFile } from './manifests.ts'
import type { Random } from './random.ts'

/** A service with its sidecar, and the two ways between them. */
export interface Replica {
  readonly name: string
  readonly app: string
  readonly url: string
  readonly service: Managed
  readonly sidecar: Managed
  /** HTTP port of the sidecar itself, past the link. */
  readonly sidecarPort: number
  /** What the service asks its sidecar. */
  readonly outbound: Link
  /** What the sidecar brings to its service. */
  readonly inbound: Link
  close(): Promise<void>
}

export interface ReplicaOptions {
  readonly host: Host
  readonly folder: string
  readonly resources: string
  readonly daprd: string
  readonly plan: AppPlan
  readonly index: number
  /** The program to run in place of the plan's. Default: the plan's. */
  readonly program?: string
  readonly ports: readonly number[]
  /** Where the scheduler of jobs listens. */
  readonly schedulerPort: number
  readonly random: Random
}

const loopback = '127.0.0.1'

/** The flags of a sidecar on loopback; its HTTP port is the first. */
export const sidecarFlags = (id: string, appPort: number, [http, grpc, internal, metrics, open]: readonly number[]) => ({
  'app-id': id, 'app-port': appPort, 'app-channel-address': loopback,
  'dapr-http-port': http, 'dapr-grpc-port': grpc, 'dapr-internal-grpc-port': internal, 'metrics-port': metrics, 'dapr-public-port': open,
  'dapr-listen-addresses': loopback, 'dapr-internal-grpc-listen-address': loopback, 'metrics-listen-address': loopback, 'dapr-public-listen-address': loopback,
  'dapr-graceful-shutdown-seconds': 2, 'log-level': 'info', 'disable-builtin-k8s-secret-store': true,
})

/** How many ports a replica takes. */
export const portsOfReplica = 8

/** A replica with its links open, and neither of its processes started. */
export const createReplica = async ({ host, folder, resources, daprd, plan, index, program, ports, schedulerPort, random }: ReplicaOptions): Promise<Replica> => {
  const [appPort = 0, inboundPort = 0, outboundPort = 0, ...sidecarPorts] = ports
  const [sidecarPort = 0] = sidecarPorts
  const name = `${plan.id}-${index}`
  const environment = { PATH: host.path, HOME: host.home }
  const podNames = Object.fromEntries(plan.podNameVariables.map((variable) => [variable, name]))
  const service = createManaged({
    name: `${name} service`, file: host.node, args: [program ?? plan.program], cwd: host.root, logFile: join(folder, `${name}.log`),
    env: { ...environment, HOSTNAME: name, ...plan.env, ...podNames, APP_HOST: loopback, APP_PORT: `${appPort}`, DAPR_HTTP_PORT: `${outboundPort}` },
  })
  const flags = { ...sidecarFlags(plan.id, inboundPort, sidecarPorts), ...plan.sidecarFlags, 'scheduler-host-address': `${loopback}:${schedulerPort}`, 'resources-path': resources, config: configurationFile(folder, plan.id) }
  const sidecar = createManaged({
    name: `${name} sidecar`, file: daprd, args: Object.entries(flags).map(([flag, value]) => `--${flag}=${value}`), cwd: folder, logFile: join(folder, `${name}-daprd.log`),
    env: { ...environment, DAPR_HOST_IP: loopback, NAMESPACE: 'default' },
  })
  const [inbound, outbound] = await Promise.all([openLink(inboundPort, appPort, random), openLink(outboundPort, sidecarPort, random)])
  return {
    name, app: plan.id, url: `http://${loopback}:${appPort}`, service, sidecar, sidecarPort, inbound, outbound,
    close: async () => {
      await Promise.all([inbound.close(), outbound.close()])
    },
  }
}

/** Waits until a replica says that it can work. */
export const untilReady = ({ name, url }: Replica, seconds: number): Promise<boolean> =>
  until(`ready ${name}`, seconds, async () => (await fetch(`${url}/ready`, { signal: AbortSignal.timeout(2000) })).ok)
