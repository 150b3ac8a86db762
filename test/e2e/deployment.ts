import { randomBytes } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import type { KubeConfig } from '@kubernetes/client-node'
import { execa } from 'execa'
import { parseAllDocuments } from 'yaml'

import { eventually } from '../../cli/eventually.ts'
import { type AnyObject, type StackCluster, stackCluster } from '../../cli/kube/index.ts'
import { type EnvironmentName, environments } from '../../infra/tasks/environments.ts'

/** A namespace name that no other run has. */
export const freshNamespace = (): string => `e2e-${randomBytes(4).toString('hex')}`

/** What `cdk8s synth` writes for an environment and a namespace, in the order in which `kubectl apply -f dist/` takes it. */
export const synthesized = async (environment: EnvironmentName, namespace: string): Promise<AnyObject[]> => {
  const folder = await mkdtemp(join(tmpdir(), 'dapr-stack-synth-'))
  try {
    await execa('cdk8s', ['synth', '--output', folder], {
      preferLocal: true,
      env: { STACK_ENV: environment, STACK_NAMESPACE: namespace, CDK8S_CHECK_UPGRADE: 'false' },
    })
    const files = (await readdir(folder)).sort()
    const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')))
    return texts.flatMap((text) => parseAllDocuments(text).map((document) => document.toJS() as AnyObject))
  } finally {
    await rm(folder, { recursive: true })
  }
}

/** A stack in a namespace of its own. */
export interface Deployment {
  readonly cluster: StackCluster
  /** What was applied. */
  readonly objects: readonly AnyObject[]
  /** Removes the namespace and waits until it is gone. */
  readonly remove: () => Promise<void>
}

/** Removes the namespace with all that is in it, and waits until it is gone. No client is left for which pods should drain. */
export const removeNamespace = async (cluster: StackCluster): Promise<void> => {
  const { objects, namespace } = cluster
  await objects.remove({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } })
  await eventually(
    async () => {
      const pods = await objects.list('v1', 'Pod', namespace)
      await Promise.all(pods.filter(({ metadata }) => (metadata?.deletionGracePeriodSeconds ?? 0) > 1).map((pod) => objects.remove({ ...pod, apiVersion: 'v1', kind: 'Pod' }, 1)))
      if (await objects.find('v1', 'Namespace', '', namespace)) throw new Error(`namespace ${namespace} is still there`)
    },
    { seconds: 120, everySeconds: 1 },
  )
}

export interface DeployOptions {
  readonly environment: EnvironmentName
  /** Makes what synth wrote into what is applied. @default - as it is */
  readonly change?: (objects: AnyObject[]) => AnyObject[]
}

/** Each app with one pod, where more would show nothing more. */
export const single = (objects: AnyObject[]): AnyObject[] => objects.map((object) => (object.kind === 'Deployment' ? { ...object, spec: { ...(object.spec as object), replicas: 1 } } : object))

/** The pods that there are then, with those of others. */
export const onePodEach = (...others: readonly string[]): Readonly<Record<string, number>> => Object.fromEntries([...Object.keys(environments.dev.apps), ...others].map((app) => [app, 1]))

/** Applies what synth writes, changed or not, to a fresh namespace. The pods need not be ready when it returns. */
export const deploy = async (config: KubeConfig, { environment, change = (objects) => objects }: DeployOptions): Promise<Deployment> => {
  const namespace = freshNamespace()
  const cluster = stackCluster(config, namespace)
  const objects = change(await synthesized(environment, namespace))
  for (const object of objects) await cluster.objects.apply(object)
  return { cluster, objects, remove: () => removeNamespace(cluster) }
}

/** Waits until each app has its pods, all containers ready. */
export const untilReady = (cluster: StackCluster, replicas: Readonly<Record<string, number>>, seconds = 120): Promise<void> =>
  eventually(
    async () => {
      for (const [app, count] of Object.entries(replicas)) {
        const pods = await cluster.pods(app)
        const states = pods.map(({ name, ready, containers }) => `${name} ${ready} ${containers.map(({ name: c, state }) => `${c} ${state}`).join(' ')}`)
        if (pods.length !== count || !pods.every(({ allReady }) => allReady)) throw new Error(`${app} is not ready: ${states.join('; ')}`)
      }
    },
    { seconds, everySeconds: 1 },
  )
