import { mkdtemp, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { ensureTool } from '../../toolchain/tools.ts'
import { until } from '../sidecar/rig/until.ts'
import { appPlans } from './deployment.ts'
import type { Host } from './host.ts'
import { type Broker, type Overrides, synthesize, writeResources } from './manifests.ts'
import { serverPorts } from './ports.ts'
import type { Random } from './random.ts'
import { createReplica, portsOfReplica, type Replica } from './replica.ts'
import { portsOfScheduler, startScheduler } from './scheduler.ts'
import { type Kafka, type Server, startKafka, startRedis } from './servers.ts'

/** Programs of ours that have the delivery contract switched off, by app. */
export const brokenPrograms: Readonly<Record<string, string>> = { 'task-api': 'test/faults/broken-main.ts' }

export interface StackOptions {
  readonly broker: Broker
  /** Run the services with the contract switched off. */
  readonly broken: boolean
  readonly overrides?: Overrides
}

/** The real stack on this machine, all on loopback. */
export interface Stack {
  readonly folder: string
  readonly broker: Broker
  readonly redis: Server
  readonly kafka: Kafka | undefined
  readonly replicas: readonly Replica[]
  replicasOf(app: string): readonly Replica[]
  /** Ends every process. */
  stop(): Promise<void>
}

const replicasPerApp = 2
const startSeconds = 90

const untilReady = async (replicas: readonly Replica[]): Promise<void> => {
  await Promise.all(replicas.map(({ name, url }) => until(`ready ${name}`, startSeconds, async () => (await fetch(`${url}/ready`, { signal: AbortSignal.timeout(2000) })).ok)))
}

/** Starts Redis, a scheduler, for the broker `kafka` a Kafka, and two replicas of each app. */
export const startStack = async (host: Host, random: Random, { broker, broken, overrides }: StackOptions): Promise<Stack> => {
  const folder = await mkdtemp(join(host.temporary, 'dapr-stack-faults-'))
  const manifests = synthesize(broker)
  const plans = appPlans(manifests)
  const ports = await serverPorts(3 + portsOfScheduler + plans.length * replicasPerApp * portsOfReplica)
  const [redisPort = 0, kafkaPort = 0, controllerPort = 0, ...otherPorts] = ports
  const [schedulerPorts, replicaPorts] = [otherPorts.slice(0, portsOfScheduler), otherPorts.slice(portsOfScheduler)]
  const [schedulerPort = 0] = schedulerPorts
  const daprd = await ensureTool('daprd', host.print)
  const redis = await startRedis(host, folder, redisPort)
  const scheduler = await startScheduler(host, folder, schedulerPorts)
  const kafka = broker === 'kafka' ? await startKafka(host, folder, kafkaPort, controllerPort, manifests) : undefined
  const secretsFile = join(folder, 'secrets.json')
  await writeFile(secretsFile, '{}')
  const resources = await writeResources(folder, broker, manifests, { redisPort, kafkaPort, secretsFile, names: join(folder, 'names.db') }, overrides)
  const replicas = await Promise.all(
    plans.flatMap((plan, app) =>
      Array.from({ length: replicasPerApp }, (_, index) => {
        const first = (app * replicasPerApp + index) * portsOfReplica
        const program = broken ? brokenPrograms[plan.id] : undefined
        return createReplica({
          host, folder, resources, daprd, plan, index, random, schedulerPort, ports: replicaPorts.slice(first, first + portsOfReplica), ...(program !== undefined && { program }),
        })
      }),
    ),
  )
  const stop = async (): Promise<void> => {
    await Promise.all(replicas.flatMap(({ service, sidecar }) => [service.takeDown('SIGKILL'), sidecar.takeDown('SIGKILL')]))
    await Promise.all([redis.process.takeDown('SIGKILL'), scheduler.takeDown('SIGKILL'), kafka?.process.takeDown('SIGKILL')])
    await Promise.all(replicas.map((replica) => replica.close()))
  }
  for (const { service, sidecar } of replicas) for (const process of [service, sidecar]) process.start()
  try {
    await untilReady(replicas)
  } catch (error) {
    await stop()
    throw new Error(`the stack did not start; its logs are in ${folder}`, { cause: error })
  }
  return { folder, broker, redis, kafka, replicas, replicasOf: (app) => replicas.filter((replica) => replica.app === app), stop }
}
