import type { AnyObject } from '../../kube/objects.ts'
import type { StackCluster } from '../../kube/stack-cluster.ts'
import { type Deployment, removeNamespace } from './deployment.ts'

/** Applies objects into the namespace of the cluster, which is made where they do not bring it. The pods need not be ready when it returns. */
export const applyInto = async (cluster: StackCluster, objects: readonly AnyObject[]): Promise<Deployment> => {
  const { namespace } = cluster
  const brings = objects.some(({ kind, metadata }) => kind === 'Namespace' && metadata?.name === namespace)
  if (!brings) await cluster.objects.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } })
  for (const object of objects) await cluster.objects.apply(object)
  return { cluster, objects, remove: () => removeNamespace(cluster) }
}

/** What of the objects would leave the namespace, as `Kind/name`; the namespace itself may be among them. Pure. */
export const outside = (objects: readonly AnyObject[], namespace: string): string[] =>
  objects
    .filter(({ kind, metadata }) => (kind === 'Namespace' ? metadata?.name !== namespace : metadata?.namespace !== namespace))
    .map(({ kind = '', metadata }) => `${kind}/${metadata?.name ?? ''} (${metadata?.namespace ?? 'no namespace'})`)

/** The cluster as long as the signal is not aborted: from then on each call throws its reason, so that all work on it ends. */
export const untilAborted = (cluster: StackCluster, signal: AbortSignal): StackCluster => {
  const guarded = <A extends readonly unknown[], R>(call: (...args: A) => Promise<R>) => async (...args: A): Promise<R> => {
    signal.throwIfAborted()
    return call(...args)
  }
  const { apply, merge, remove, find, list } = cluster.objects
  return {
    namespace: cluster.namespace,
    objects: { apply: guarded(apply), merge: guarded(merge), remove: guarded(remove), find: guarded(find), list: guarded(list) },
    pods: guarded(cluster.pods),
    logs: guarded(cluster.logs),
    exec: guarded(cluster.exec),
    forward: guarded(cluster.forward),
  }
}
