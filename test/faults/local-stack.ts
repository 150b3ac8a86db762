import { mkdtemp, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { ensureTool } from '../../toolchain/tools.ts'
import { freePorts } from '../sidecar/rig/free-ports.ts'
import { appPlans } from './deployment.ts'
import type { Host } from './host.ts'
import { recordLocalKafka } from './local-kafka-recorder.ts'
import { createLocalInjector } from './local-injector.ts'
import type { Managed } from './managed.ts'
import { type Broker, type Overrides, synthesize, writeResources } from './manifests.ts'
import type { Random } from './random.ts'
import { recordRedis } from './recorder.ts'
import { createReplica, portsOfReplica, untilReady } from './replica.ts'
import { portsOfScheduler, startScheduler } from './scheduler.ts'
import { redisCli, startKafka, startRedis } from './servers.ts'
import type { Stack } from './stack.ts'

/** Programs of ours that have the delivery contract switched off, by app. */
export const brokenPrograms: Readonly<Record<string, string>> = { 'task-api': 'test/faults/broken-main.ts' }

export interface StackOptions {
  readonly broker: Broker
  /** Run the services with the contract switched off. */
  readonly broken: boolean
  readonly overrides?: Overrides
}

const loopback = '127.0.0.1'
const replicasPerApp = 2
const readySeconds = 90

const failuresOf = (processes: readonly Managed[]): Record<string, number> =>
  Object.fromEntries(processes.filter(({ failures }) => failures > 0).map(({ name, failures }) => [name, failures]))

/** Starts Redis, a scheduler, for the broker `kafka` a Kafka, and two replicas of each app. */
export const startLocalStack = async (host: Host, random: Random, { broker, broken, overrides }: StackOptions): Promise<Stack> => {
  const folder = await mkdtemp(join(host.temporary, 'dapr-stack-faults-'))
  const manifests = synthesize(broker)
  const plans = appPlans(manifests)
  const ports = await freePorts(3 + portsOfScheduler + plans.length * replicasPerApp * portsOfReplica)
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
  const healed = async (): Promise<void> => {
    await Promise.all(replicas.map((replica) => untilReady(replica, readySeconds)))
  }
  for (const { service, sidecar } of replicas) for (const process of [service, sidecar]) process.start()
  try {
    await healed()
  } catch (error) {
    await stop()
    throw new Error(`the stack did not start; its logs are in ${folder}`, { cause: error })
  }
  const ask: Stack['redis'] = (args, input) => redisCli(loopback, redis.port, args, input)
  const sidecarUrl = async (app: string): Promise<string> => `http://${loopback}:${replicas.find((replica) => replica.app === app)?.sidecarPort}`
  return {
    place: 'local', folder, healed, stop, sidecarUrl,
    fsync: [`redis: ${redis.fsync}`, ...(kafka ? [`kafka: ${kafka.fsync}`] : [])],
    injector: createLocalInjector({ redis, kafka, replicas }),
    urlsOf: (app) => replicas.filter((replica) => replica.app === app).map(({ url }) => url),
    redis: ask,
    record: async () => (kafka ? recordLocalKafka(kafka, host) : recordRedis(ask)),
    dlqOptions: async () => ['--sidecar', await sidecarUrl('task-api')],
    renewed: () => 0,
    failures: () => failuresOf([...replicas.flatMap(({ service, sidecar }) => [service, sidecar]), redis.process, ...(kafka ? [kafka.process] : [])]),
  }
}
