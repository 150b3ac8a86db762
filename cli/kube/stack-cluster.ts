import { CoreV1Api, KubeConfig } from '@kubernetes/client-node'

import { execIn } from './exec.ts'
import { type Forward, forwardPort } from './forward.ts'
import { type Objects, objectsOf } from './objects.ts'
import { type PodView, podsOf } from './pods.ts'

/** One namespace of a cluster, with what a look at a deployed stack needs. Everything goes through the API server. */
export interface StackCluster {
  readonly namespace: string
  readonly objects: Objects
  readonly pods: (app: string) => Promise<PodView[]>
  /** The whole log of a container. */
  readonly logs: (pod: string, container: string) => Promise<string>
  readonly exec: (pod: string, container: string, command: readonly string[]) => Promise<string>
  readonly forward: (pod: string, port: number) => Promise<Forward>
}

/** Loads a kubeconfig file, or where none is given the user's own (KUBECONFIG, ~/.kube/config). */
export const kubeConfig = (file?: string): KubeConfig => {
  const config = new KubeConfig()
  if (file === undefined) config.loadFromDefault()
  else config.loadFromFile(file)
  return config
}

export const stackCluster = (config: KubeConfig, namespace: string): StackCluster => {
  const core = config.makeApiClient(CoreV1Api)
  return {
    namespace,
    objects: objectsOf(config),
    pods: (app) => podsOf(core, namespace, app),
    logs: (name, container) => core.readNamespacedPodLog({ name, namespace, container }),
    exec: (pod, container, command) => execIn(config, namespace, pod, container, command),
    forward: (pod, port) => forwardPort(config, namespace, pod, port),
  }
}
