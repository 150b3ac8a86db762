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

/**
 * Removes the namespace with all that is in it, and waits until it is gone. No client is left for which pods should drain.
 * @throws Error when it is still there after 120 s
 */
export const removeNamespace = async (cluster: StackCluster): Promise<void> => {
  const { objects, namespace } = cluster
  await objects.remove({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } })
  await eventually(
    async () => {
      const pods = await objects.list('v1', 'Pod', namespace)
      await Promise.all(pods.filter(({ metadata }) => (metadata?.deletionGracePeriodSeconds ?? 0) > 1).map((pod) => objects.remove({ ...pod, apiVersion: 'v1', kind: 'Pod' }, 1)))
      if (await objects.find('v1', 'Namespace', '', namespace)) throw new Error(`namespace ${namespace} is still there`)
    },
    { seconds: removalSeconds, everySeconds: 1 },
  )
}

/**
 * Waits until each app has its pods, all containers ready.
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
    },
    { seconds, everySeconds: 1 },
  )
