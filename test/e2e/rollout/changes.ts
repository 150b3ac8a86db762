import { z } from 'zod'

import { eventually } from '../../../cli/eventually.ts'
import type { AnyObject, StackCluster } from '../../../cli/kube/index.ts'

const Deployment = z.object({
  metadata: z.object({ generation: z.number() }),
  spec: z.object({ replicas: z.number() }),
  status: z.object({ observedGeneration: z.number().default(0), updatedReplicas: z.number().default(0), availableReplicas: z.number().default(0), replicas: z.number().default(0) }),
})

const deploymentOf = ({ namespace }: StackCluster, name: string, spec: object): AnyObject => ({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name, namespace }, spec })

/** Waits until an app runs as its Deployment says and nothing else of it is left, pods that are ending included. */
const untilSettled = (cluster: StackCluster, app: string): Promise<void> =>
  eventually(
    async () => {
      const { metadata, spec, status } = Deployment.parse(await cluster.objects.find('apps/v1', 'Deployment', cluster.namespace, app))
      const pods = (await cluster.objects.list('v1', 'Pod', cluster.namespace)).filter((pod) => pod.metadata?.labels?.['app'] === app)
      const counts = [status.updatedReplicas, status.availableReplicas, status.replicas, pods.length]
      if (status.observedGeneration < metadata.generation || counts.some((count) => count !== spec.replicas)) {
        throw new Error(`${app} is not settled: ${JSON.stringify(status)}, ${pods.length} pods`)
      }
    },
    { seconds: 150, everySeconds: 1 },
  )

/** Applies a Deployment and waits until it has taken the place of the one before. */
export const replaceWith = async (cluster: StackCluster, deployment: AnyObject): Promise<void> => {
  await cluster.objects.apply(deployment)
  await untilSettled(cluster, deployment.metadata?.name ?? '')
}

/** What `kubectl rollout restart` does, and the wait until the last old pod is gone. */
export const restart = async (cluster: StackCluster, app: string): Promise<void> => {
  const annotations = { 'kubectl.kubernetes.io/restartedAt': new Date().toISOString() }
  await cluster.objects.merge(deploymentOf(cluster, app, { template: { metadata: { annotations } } }))
  await untilSettled(cluster, app)
}

/** Scales an app and waits until the pods too many are gone. */
export const scale = async (cluster: StackCluster, app: string, replicas: number): Promise<void> => {
  await cluster.objects.merge(deploymentOf(cluster, app, { replicas }))
  await untilSettled(cluster, app)
}
