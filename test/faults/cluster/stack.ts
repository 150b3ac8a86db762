import { mkdir, mkdtemp } from 'node:fs/promises'
import { join } from 'node:path'

import { AppsV1Api, CoreV1Api, type KubeConfig } from '@kubernetes/client-node'
import { z } from 'zod'

import { accessTo, kubeConfig, type StackCluster } from '../../../cli/kube/index.ts'
import { sidecarPorts } from '../../../config/define/index.ts'
import { stack as tasks } from '../../../config/tasks/index.ts'
import { redisPort } from '../../../infra/constructs/index.ts'
import { kafkaPort } from '../../../infra/constructs/kafka-properties.ts'
import { environments } from '../../../infra/tasks/environments.ts'
import { kubeconfigPath, nodeOf } from '../../cluster/cluster.ts'
import { deploy } from '../../e2e/deployment.ts'
import { opening } from '../../e2e/network.ts'
import { prepareTarget } from '../../e2e/prepare-target.ts'
import type { Host } from '../host.ts'
import type { Broker } from '../manifests.ts'
import { recordRedis } from '../recorder.ts'
import { kafkaFsync, redisCli, redisFsync } from '../servers.ts'
import type { Stack } from '../stack.ts'
import { withBrokenProgram } from './broken.ts'
import { createClusterInjector, type Reach } from './injector.ts'
import { recordClusterKafka, recorderPod } from './kafka-recorder.ts'
import { isReady, podsIn } from './pods.ts'
import { openToOutside } from './services.ts'
import { startWatch } from './watch.ts'

export interface ClusterStackOptions {
  readonly broker: Broker
  /** Run the services with the contract switched off. */
  readonly broken: boolean
}

const environmentOf = { redis: 'dev', kafka: 'kafka' } as const
const apps = ['task-api', 'notification-service'] as const

/** Name of the environment's server of a kind, which is its pods' label and its Service, too. */
const serverName = (broker: Broker, kind: Broker): string => environments[environmentOf[broker]].servers.find((server) => server.kind === kind)?.name ?? kind

/** Host of the node, where ports that are open to the outside are. */
const nodeAddress = (config: KubeConfig): string => new URL(config.getCurrentCluster()?.server ?? '').hostname

const rolloutOf = (config: KubeConfig, { objects, namespace }: StackCluster): Pick<Reach, 'restartRollout' | 'rolledOut'> => {
  const api = config.makeApiClient(AppsV1Api)
  return {
    // As `kubectl rollout restart` does.
    restartRollout: async (name) => {
      const annotations = { 'kubectl.kubernetes.io/restartedAt': new Date().toISOString() }
      await objects.merge({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name, namespace }, spec: { template: { metadata: { annotations } } } })
    },
    rolledOut: async (name) => {
      const { metadata, spec, status } = await api.readNamespacedDeployment({ name, namespace })
      const counts = [status?.replicas, status?.updatedReplicas, status?.availableReplicas]
      return (status?.observedGeneration ?? 0) >= (metadata?.generation ?? 0) && counts.every((count) => count === spec?.replicas)
    },
  }
}

const Properties = z.object({ data: z.object({ 'server.properties': z.string() }) })

const kafkaPolicy = async ({ objects, namespace }: StackCluster, server: string): Promise<string> =>
  kafkaFsync(Properties.parse(await objects.find('v1', 'ConfigMap', namespace, server)).data['server.properties'])

/** Ports of the node, by what is behind them. */
const openPorts = async (cluster: StackCluster, redis: string): Promise<ReadonlyMap<string, number>> => {
  const services = [...apps.map((app) => ({ app, port: tasks.services[app].port })), { app: redis, port: redisPort }]
  return new Map(await Promise.all(services.map(async ({ app, port }): Promise<[string, number]> => [app, await openToOutside(cluster, app, port)])))
}

/** Deploys the stack to a namespace of its own in the test cluster, which is brought up for it unless it is up. */
export const startClusterStack = async (host: Host, { broker, broken }: ClusterStackOptions): Promise<Stack> => {
  const target = await prepareTarget({}, host.print)
  const folder = await mkdtemp(join(host.temporary, 'dapr-stack-faults-'))
  const config = kubeConfig(await kubeconfigPath())
  const environment = environmentOf[broker]
  const deployment = await deploy(config, { environment, ...(broken && { change: await withBrokenProgram() }) })
  const { cluster } = deployment
  const { namespace, objects } = cluster
  const core = config.makeApiClient(CoreV1Api)
  const access = accessTo(cluster)
  const node = await nodeOf()
  const serverApps = { redis: serverName(broker, 'redis'), kafka: serverName(broker, 'kafka') }
  const ports = await openPorts(cluster, serverApps.redis)
  const address = nodeAddress(config)
  const ask: Stack['redis'] = (args, input) => redisCli(address, ports.get(serverApps.redis) ?? 0, args, input)
  const { servers, apps: settings } = environments[environment]
  const wanted: Reach['wanted'] = { ...Object.fromEntries(apps.map((app) => [app, settings[app].replicas])), ...Object.fromEntries(servers.map(({ name }) => [name, 1])) }
  const pods = async () => (await podsIn(core, namespace)).filter(({ app }) => app in wanted)
  const killed = new Set<string>()
  const injector = createClusterInjector({
    pods, wanted, killed, serverApps,
    signal: node.signal,
    ...rolloutOf(config, cluster),
    removePod: async (name) => { await core.deleteNamespacedPod({ name, namespace }) },
    answers: async (server) =>
      server === 'redis' ? (await ask(['ping'])) === 'PONG' : (await pods()).some((pod) => pod.app === serverApps.kafka && isReady(pod)),
  })
  await mkdir(join(folder, 'pods'))
  const watch = startWatch({ pods, killed, podLogs: node.podLogs, prefix: `${namespace}_`, folder: join(folder, 'pods') })
  const end = async (): Promise<void> => {
    await watch.stop()
    await access.close()
    await deployment.remove()
    await target.release()
  }
  let ended: Promise<void> | undefined
  const stop = (): Promise<void> => (ended ??= end())
  try {
    await injector.healed()
    const fsync = [`redis: ${await redisFsync(ask)}`, ...(broker === 'kafka' ? [`kafka: ${await kafkaPolicy(cluster, serverApps.kafka)}`] : [])]
    return {
      place: 'cluster', folder, fsync, injector, stop,
      urlsOf: (app) => [`http://${address}:${ports.get(app) ?? 0}`],
      sidecarUrl: (app) => access.url(app, sidecarPorts.http),
      redis: ask,
      record: async () => {
        if (broker === 'redis') return recordRedis(ask)
        await objects.apply(opening(namespace, serverApps.kafka, kafkaPort))
        await objects.apply(recorderPod(namespace, serverApps.kafka))
        return recordClusterKafka(node.podLogs, namespace)
      },
      dlqOptions: async () => ['--kubeconfig', await kubeconfigPath(), '--namespace', namespace],
      healed: () => injector.healed(),
      failures: () => watch.failures(),
      renewed: () => injector.renewed,
    }
  } catch (error) {
    await stop()
    throw new Error(`the stack did not start; its logs are in ${folder}`, { cause: error })
  }
}
