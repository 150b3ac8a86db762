import { drainVariable } from '../../config/define/index.ts'
import type { AppPlan } from './app-plan.ts'
import type { Folder } from './folder.ts'
import type { SchedulerPorts, SidecarPorts } from './ports.ts'

/** A process to start. */
export interface Command {
  /** What it is called on the terminal. */
  readonly name: string
  readonly file: string
  readonly args: readonly string[]
  readonly cwd: string
  /** Added to the environment of the run; `undefined` takes a variable away. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** It needs the others until it ends, so that these are ended after it. */
  readonly endsFirst?: boolean
}

const loopback = '127.0.0.1'

const flagsOf = (values: Readonly<Record<string, string | number | boolean>>): string[] => Object.entries(values).map(([name, value]) => `--${name}=${value}`)

/** How Dapr's processes talk: as JSON, and only of what is wrong unless all is asked for. */
const logging = (verbose: boolean) => ({ 'log-as-json': true, 'log-level': verbose ? 'info' : 'warn', 'enable-metrics': false })

const schedulerId = 'dapr-scheduler-server-0'

/** The scheduler, which keeps its jobs in the data folder. */
export const schedulerCommand = (file: string, ports: SchedulerPorts, { data, temporary }: Folder, verbose: boolean): Command => ({
  name: 'scheduler',
  file,
  args: flagsOf({
    id: schedulerId,
    port: ports.api,
    'listen-address': loopback,
    'healthz-port': ports.health,
    'healthz-listen-address': loopback,
    'etcd-client-port': ports.client,
    'etcd-client-listen-address': loopback,
    'etcd-initial-cluster': `${schedulerId}=http://${loopback}:${ports.peer}`,
    'etcd-data-dir': `${data}/scheduler`,
    'identity-directory-write': `${temporary}/identity`,
    ...logging(verbose),
  }),
  cwd: data,
  env: { NAMESPACE: 'default' },
})

/** The sidecar of an app. Its working folder is where relative paths of components start. */
export const sidecarCommand = (file: string, app: AppPlan, ports: SidecarPorts, schedulerPort: number, folder: Folder, verbose: boolean): Command => ({
  name: `${app.id} daprd`,
  file,
  args: flagsOf({
    'app-id': app.id,
    'app-port': app.port,
    'app-channel-address': loopback,
    'resources-path': folder.resources,
    config: folder.configuration(app.id),
    'dapr-http-port': ports.http,
    'dapr-grpc-port': ports.grpc,
    'dapr-internal-grpc-port': ports.internal,
    'dapr-listen-addresses': loopback,
    'dapr-internal-grpc-listen-address': loopback,
    'scheduler-host-address': `${loopback}:${schedulerPort}`,
    'dapr-graceful-shutdown-seconds': 1,
    ...app.health,
    ...logging(verbose),
  }),
  cwd: folder.data,
  // The address under which the others find this sidecar; and objects of other namespaces are not read.
  env: { DAPR_HOST_IP: loopback, NAMESPACE: app.namespace },
})

/** A service, which Node starts again whenever a file that it has imported changes. */
export const serviceCommand = (node: string, app: AppPlan, ports: SidecarPorts, root: string): Command => ({
  name: app.id,
  file: node,
  args: ['--watch', '--watch-preserve-output', ...app.program],
  cwd: root,
  // Nobody is routed to it, so there is nobody to wait for.
  env: { ...app.env, [drainVariable]: '0', APP_HOST: loopback, APP_PORT: `${app.port}`, DAPR_HTTP_PORT: `${ports.http}`, DAPR_GRPC_PORT: `${ports.grpc}` },
  endsFirst: true,
})
