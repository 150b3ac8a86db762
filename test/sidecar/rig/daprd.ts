import { writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

import { stringify } from 'yaml'

import { appHealth, healthRoute } from '../../../config/define/index.ts'
import { nameResolution } from '../../../cli/local/name-resolution.ts'
import { ensureTool, type Tool } from '../../../toolchain/tools.ts'
import { type Child, orEnd, startChild } from './child.ts'
import { freePorts } from './free-ports.ts'
import { until } from './until.ts'

export interface DaprdOptions {
  readonly app: string
  readonly appPort: number
  /** Working folder of the process. */
  readonly cwd: string
  readonly resources: string
  /** Where the scheduler of its jobs listens. Default: it has none. */
  readonly schedulerPort?: number
  /** Default: a free one. */
  readonly httpPort?: number
  /** Further flags, or others in place of those that every sidecar has. Default: none. */
  readonly flags?: Readonly<Record<string, string | number | boolean>>
  /** `spec.tracing` of its Configuration. Default: none. */
  readonly tracing?: object | undefined
}

/** How a sidecar watches its app, as in the cluster. */
const health = {
  'enable-app-health-check': true,
  'app-health-check-path': healthRoute,
  'app-health-probe-interval': appHealth.intervalSeconds,
  'app-health-probe-timeout': appHealth.timeoutMs,
  'app-health-threshold': appHealth.threshold,
}

export interface Daprd {
  readonly httpPort: number
  readonly process: Child
}

const daprd: Tool = 'daprd'

/** Writes the Configuration of a sidecar: apps are found by a file of this rig, so that no other rig, nor the network, is asked. */
const writeConfiguration = async ({ app, cwd, resources, tracing }: DaprdOptions): Promise<string> => {
  const file = join(cwd, `${app}-configuration.yaml`)
  const spec = { nameResolution: nameResolution(join(dirname(resources), 'names.db')), ...(tracing && { tracing }) }
  await writeFile(file, stringify({ apiVersion: 'dapr.io/v1alpha1', kind: 'Configuration', metadata: { name: app }, spec }))
  return file
}

/** Starts a real sidecar on loopback and waits until it takes calls. */
export const startDaprd = async (options: DaprdOptions): Promise<Daprd> => {
  const { app, appPort, cwd, resources, httpPort, flags: further = {} } = options
  const command = await ensureTool(daprd, (line) => { process.stderr.write(`${line}\n`) })
  const [freePort = 0, grpc, internal, metrics, publicPort] = await freePorts(5)
  const port = httpPort ?? freePort
  const scheduler = options.schedulerPort === undefined ? {} : { 'scheduler-host-address': `127.0.0.1:${options.schedulerPort}` }
  const flags = {
    'app-id': app, 'app-port': appPort, 'resources-path': resources, config: await writeConfiguration(options),
    'dapr-http-port': port, 'dapr-grpc-port': grpc, 'dapr-internal-grpc-port': internal, 'dapr-public-port': publicPort, 'metrics-port': metrics,
    'dapr-listen-addresses': '127.0.0.1', 'dapr-internal-grpc-listen-address': '127.0.0.1', 'dapr-public-listen-address': '127.0.0.1', 'metrics-listen-address': '127.0.0.1',
    'dapr-graceful-shutdown-seconds': 1, 'log-level': 'info', ...health, ...scheduler, ...further,
  }
  const args = Object.entries(flags).map(([name, value]) => `--${name}=${value}`)
  // The address that the sidecar registers under its name.
  const child = startChild(command, [...args, '--disable-builtin-k8s-secret-store'], { cwd, env: { DAPR_HOST_IP: '127.0.0.1' } })
  await orEnd(child, until(`sidecar of ${app}`, 30, async () => {
    if (child.ended !== undefined) throw new Error(child.lines.slice(-5).join('\n'))
    return (await fetch(`http://127.0.0.1:${port}/v1.0/healthz/outbound`)).status === 204
  }))
  return { httpPort: port, process: child }
}
