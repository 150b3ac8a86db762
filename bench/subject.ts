import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

import { deliveriesIn } from '../cli/stack/canary/deliveries.ts'
import { samplesIn } from '../cli/graph/metrics.ts'
import { ensureTool } from '../toolchain/tools.ts'
import { type AppPlan, appPlans } from '../test/faults/deployment.ts'
import type { Host } from '../test/faults/host.ts'
import { createManaged, type Managed } from '../test/faults/managed.ts'
import { type Broker, configurationFile, type Manifest, synthesize, writeResources } from '../test/faults/manifests.ts'
import { sidecarFlags } from '../test/faults/replica.ts'
import { startKafka, startRedis } from '../test/faults/servers.ts'
import { freePorts } from '../test/sidecar/rig/free-ports.ts'
import { until } from '../test/sidecar/rig/until.ts'
import type { Target } from './generator/job.ts'
import { app, pubsub, topic } from './names.ts'
import type { Kind } from './scenario.ts'
import { cpuSeconds, residentMb } from './usage.ts'

/** What is measured: a program beside its sidecar, with servers of its own. */
export interface SubjectSpec {
  readonly name: string
  /** What the generator asks. */
  readonly target: Target
  /** The program, as a path in the checkout. */
  readonly program: string
  /** Further variables of the program. Default: none. */
  readonly env?: Readonly<Record<string, string>>
  /** Kinds of operations that it has not. Default: none. */
  readonly lacks?: readonly Kind[]
}

export interface Usage {
  readonly service: number
  readonly sidecar: number
  readonly servers: number
}

export interface Subject extends SubjectSpec {
  /** Where the generator asks: one for each replica. */
  readonly urls: readonly string[]
  /** Where the program itself listens. */
  readonly programUrl: string
  readonly fsync: readonly string[]
  /** CPU seconds since the start. */
  cpu(): Promise<Usage>
  /** Resident MB of one program. */
  resident(): Promise<number>
  /** Events that the sidecars have handed over. */
  delivered(): Promise<number>
  stop(): Promise<void>
}

export interface SubjectOptions {
  readonly host: Host
  readonly folder: string
  readonly broker: Broker
  readonly replicas: number
  /** Where the scheduler of jobs listens. */
  readonly schedulerPort: number
}

const loopback = '127.0.0.1'
const readySeconds = 60
const portsOfPair = 6

interface Pair {
  readonly program: Managed
  readonly sidecar: Managed
  readonly url: string
  readonly sidecarUrl: string
  readonly metricsUrl: string
}

interface Place extends SubjectOptions {
  readonly spec: SubjectSpec
  readonly plan: AppPlan
  readonly resources: string
  readonly daprd: string
}

/** The program as the image runs it, and its sidecar as a pod has it, with nothing between the two. */
const startPair = ({ host, folder, schedulerPort, spec, plan, resources, daprd }: Place, index: number, ports: readonly number[]): Pair => {
  const [appPort = 0, ...sidecarPorts] = ports
  const [http = 0, , , metrics = 0] = sidecarPorts
  const name = `${app}-${index}`
  const common = { PATH: host.path, HOME: host.home }
  const env = { ...common, NODE_ENV: 'production', HOSTNAME: name, ...plan.env, APP_HOST: loopback, APP_PORT: `${appPort}`, DAPR_HTTP_PORT: `${http}`, ...spec.env }
  const program = createManaged({ name, file: host.node, args: [spec.program], cwd: host.root, logFile: join(folder, `${name}.log`), env })
  const flags = { ...sidecarFlags(app, appPort, sidecarPorts), ...plan.sidecarFlags, 'scheduler-host-address': `${loopback}:${schedulerPort}`, 'resources-path': resources, config: configurationFile(folder, app) }
  const sidecar = createManaged({
    name: `${name} sidecar`, file: daprd, args: Object.entries(flags).map(([flag, value]) => `--${flag}=${value}`), cwd: folder, logFile: join(folder, `${name}-daprd.log`),
    env: { ...common, DAPR_HOST_IP: loopback, NAMESPACE: 'default' },
  })
  program.start()
  sidecar.start()
  const at = (port: number): string => `http://${loopback}:${port}`
  return { program, sidecar, url: at(appPort), sidecarUrl: at(http), metricsUrl: `${at(metrics)}/metrics` }
}

const isReady = async ({ url, sidecarUrl }: Pair): Promise<boolean> => {
  const answers = await Promise.all([fetch(`${url}/ready`), fetch(`${sidecarUrl}/v1.0/healthz`)])
  return answers.every(({ ok }) => ok)
}

const planOf = (manifests: readonly Manifest[]): AppPlan => {
  const plan = appPlans(manifests).find(({ id }) => id === app)
  if (!plan) throw new Error(`the manifests have no app "${app}"`)
  return plan
}

const deliveredBy = async ({ metricsUrl }: Pair): Promise<number> => deliveriesIn(samplesIn(await (await fetch(metricsUrl)).text()), pubsub, topic).success

const pidsOf = (processes: readonly Managed[]): number[] => processes.flatMap(({ pid }) => pid ?? [])

/** Starts servers, sidecars and programs, and waits until all of them take requests. */
export const startSubject = async (spec: SubjectSpec, options: SubjectOptions): Promise<Subject> => {
  const { host, broker, replicas } = options
  const folder = join(options.folder, spec.name)
  await mkdir(folder, { recursive: true })
  const manifests = synthesize(broker)
  const [redisPort = 0, kafkaPort = 0, controllerPort = 0, ...ports] = await freePorts(3 + replicas * portsOfPair)
  const redis = await startRedis(host, folder, redisPort)
  const kafka = broker === 'kafka' ? await startKafka(host, folder, kafkaPort, controllerPort, manifests) : undefined
  const secretsFile = join(folder, 'secrets.json')
  await writeFile(secretsFile, '{}')
  const resources = await writeResources(folder, broker, manifests, { redisPort, kafkaPort, secretsFile, names: join(folder, 'names.db') })
  const place: Place = { ...options, folder, spec, plan: planOf(manifests), resources, daprd: await ensureTool('daprd', host.print) }
  const pairs = Array.from({ length: replicas }, (_, index) => startPair(place, index, ports.slice(index * portsOfPair, (index + 1) * portsOfPair)))
  const servers = [redis.process, ...(kafka ? [kafka.process] : [])]
  const stop = async (): Promise<void> => {
    // A program that is profiled writes its profile when it ends.
    await Promise.all(pairs.map(({ program }) => program.takeDown('SIGTERM')))
    await Promise.all([...pairs.map(({ sidecar }) => sidecar), ...servers].map((process) => process.takeDown('SIGKILL')))
  }
  await until(`ready ${spec.name}`, readySeconds, async () => (await Promise.all(pairs.map(isReady))).every(Boolean)).catch(async (error: unknown) => {
    await stop()
    throw new Error(`"${spec.name}" did not start; its logs are in ${folder}`, { cause: error })
  })
  const [programs, sidecars] = [pairs.map(({ program }) => program), pairs.map(({ sidecar }) => sidecar)]
  return {
    ...spec, stop,
    urls: pairs.map(({ url, sidecarUrl }) => (spec.target === 'service' ? url : sidecarUrl)),
    programUrl: pairs[0]?.url ?? '',
    fsync: [`redis: ${redis.fsync}`, ...(kafka ? [`kafka: ${kafka.fsync}`] : [])],
    cpu: async () => ({ service: await cpuSeconds(pidsOf(programs)), sidecar: await cpuSeconds(pidsOf(sidecars)), servers: await cpuSeconds(pidsOf(servers)) }),
    resident: async () => residentMb(pidsOf(programs)[0] ?? 0),
    delivered: async () => (await Promise.all(pairs.map(deliveredBy))).reduce((sum, count) => sum + count, 0),
  }
}

const pollMs = 10
const patienceMs = 120_000

/**
 * Waits until so many events were delivered since there were `before`; gives whether they were.
 */
export const drained = async (subject: Subject, before: number, events: number): Promise<boolean> => {
  const end = performance.now() + patienceMs
  while ((await subject.delivered()) - before < events) {
    if (performance.now() > end) return false
    await sleep(pollMs)
  }
  return true
}
