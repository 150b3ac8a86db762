import { ApiException, type KubeConfig, KubernetesObjectApi, type KubernetesObject, PatchStrategy } from '@kubernetes/client-node'

import { clusterPort, fieldManager, KubeObject } from './cluster-port.ts'
import { restOf } from './rest.ts'

/** Any object of the API server, with fields the client does not know by type. */
export interface AnyObject extends KubernetesObject {
  readonly spec?: unknown
}

/** Reads and writes objects of every kind, custom ones too. */
export interface Objects {
  /** Server-side apply: creates the object or takes it to the given state, whoever owned the fields before. */
  readonly apply: (object: AnyObject) => Promise<KubeObject>
  /** Merges the given fields into an object that is there. */
  readonly merge: (object: AnyObject) => Promise<AnyObject>
  /** Removes the object with all it owns; one that is not there is fine. `graceSeconds` is what its pods have to end. @default - what they ask for */
  readonly remove: (object: AnyObject, graceSeconds?: number) => Promise<void>
  /** The object, or undefined where it is not there. */
  readonly find: (apiVersion: string, kind: string, namespace: string, name: string) => Promise<AnyObject | undefined>
  /** All objects of a kind in a namespace. */
  readonly list: (apiVersion: string, kind: string, namespace: string) => Promise<AnyObject[]>
}

const unlessMissing = async <T>(call: Promise<T>): Promise<T | undefined> => {
  try {
    return await call
  } catch (error) {
    if (error instanceof ApiException && error.code === 404) return undefined
    throw error
  }
}

/** Access to the objects of the cluster that a kubeconfig names. */
export const objectsOf = (config: KubeConfig): Objects => {
  const api = KubernetesObjectApi.makeApiClient(config)
  const port = clusterPort(restOf(config))
  return {
    // As it is: the client would drop what it knows by another name, such as the `from` of a NetworkPolicy, and open it to all.
    apply: (object) => port.apply(KubeObject.parse(JSON.parse(JSON.stringify(object)))),
    merge: (object) => api.patch(object, undefined, undefined, fieldManager, undefined, PatchStrategy.MergePatch),
    remove: async (object, graceSeconds) => {
      await unlessMissing(api.delete(object, undefined, undefined, graceSeconds, undefined, 'Background'))
    },
    find: (apiVersion, kind, namespace, name) => unlessMissing(api.read({ apiVersion, kind, metadata: { name, namespace } })),
    list: async (apiVersion, kind, namespace) => (await api.list(apiVersion, kind, namespace)).items,
  }
}
