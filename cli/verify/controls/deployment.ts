import { z } from 'zod'

import { eventually } from '../../eventually.ts'
import type { AnyObject } from '../../kube/objects.ts'
import type { StackCluster } from '../../kube/stack-cluster.ts'

/** A stack in a namespace of its own. */
export interface Deployment {
  readonly cluster: StackCluster
  /** What was applied. */
  readonly objects: readonly AnyObject[]
  /** Removes the namespace and waits until it is gone. */
  readonly remove: () => Promise<void>
}

const removalSeconds = 120

/** What starts pods anew, and what waits for their end. */
const pastPods = [['apps/v1', 'Deployment'], ['apps/v1', 'StatefulSet'], ['apps/v1', 'DaemonSet'], ['batch/v1', 'CronJob'], ['batch/v1', 'Job'], ['v1', 'PersistentVolumeClaim']] as const

const removeAll = async ({ objects, namespace }: StackCluster, apiVersion: string, kind: string): Promise<void> => {
  const listed = await objects.list(apiVersion, kind, namespace)
  await Promise.all(listed.map((object) => objects.remove({ ...object, apiVersion, kind })))
}

/** No client is left for which pods should drain: each has a second, unless it has been told so already. */
const endPods = async ({ objects, namespace }: StackCluster): Promise<number> => {
  const pods = await objects.list('v1', 'Pod', namespace)
  const lasting = pods.filter(({ metadata }) => (metadata?.deletionGracePeriodSeconds ?? Infinity) > 1)
  await Promise.all(lasting.map((pod) => objects.remove({ ...pod, apiVersion: 'v1', kind: 'Pod' }, 1)))
  return pods.length
}

/** Pods are told before what made them goes, which would give them their full time. */
const removePods = async (cluster: StackCluster): Promise<void> => {
  await endPods(cluster)
  await Promise.all(pastPods.map(([apiVersion, kind]) => removeAll(cluster, apiVersion, kind)))
  const untilNone = async (): Promise<void> => {
    const left = await endPods(cluster)
    if (left > 0) throw new Error(`namespace ${cluster.namespace} still has ${left} pods`)
  }
  await eventually(untilNone, { seconds: removalSeconds, everySeconds: 0.5 })
}

/**
 * Removes the namespace with all that is in it, and waits until it is gone. Its pods go first: Kubernetes looks after a namespace that
 * still has some again only when half of the time has passed that they have to end.
 * @throws Error when pods, or it, are still there after 120 s
 */
export const removeNamespace = async (cluster: StackCluster): Promise<void> => {
  const { objects, namespace } = cluster
  await removePods(cluster)
  await objects.remove({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } })
  const untilGone = async (): Promise<void> => {
    if (await objects.find('v1', 'Namespace', '', namespace)) throw new Error(`namespace ${namespace} is still there`)
  }
  await eventually(untilGone, { seconds: removalSeconds, everySeconds: 0.5 })
}

const Finished = z.object({ status: z.object({ succeeded: z.number().min(1) }) })

/** Topics of Kafka and streams of JetStream are made by Jobs, while the apps may be ready already. */
const unfinishedJobs = async ({ objects, namespace }: StackCluster): Promise<string[]> => {
  const jobs = await objects.list('batch/v1', 'Job', namespace)
  return jobs.filter((job) => !Finished.safeParse(job).success).map(({ metadata }) => metadata?.name ?? '')
}

/**
 * Waits until each app has its pods, all containers ready, and what Jobs prepare is there.
 * @throws Error with the state of the pods when they are not after `seconds` (120)
 */
export const untilReady = (cluster: StackCluster, replicas: Readonly<Record<string, number>>, seconds = 120): Promise<void> =>
  eventually(
    async () => {
      for (const [app, count] of Object.entries(replicas)) {
        const pods = await cluster.pods(app)
        const states = pods.map(({ name, ready, containers, unscheduled = '' }) => `${name} ${ready} ${unscheduled}${containers.map(({ name: c, state }) => `${c} ${state}`).join(' ')}`)
        if (pods.length !== count || !pods.every(({ allReady }) => allReady)) throw new Error(`${app} is not ready: ${states.join('; ')}`)
      }
      const jobs = await unfinishedJobs(cluster)
      if (jobs.length > 0) throw new Error(`not done: ${jobs.join(', ')}`)
    },
    { seconds, everySeconds: 1 },
  )
