import type { AppNode, Shutdown, StackGraph } from '../../config/define/index.ts'
import type { Autoscaling } from './autoscaling.ts'
import type { Backlog } from './backlog.ts'
import type { NetworkPeer, NetworkTarget } from './network-peers.ts'
import type { Resources } from './resources.ts'

/** What an environment decides about an app. */
export interface AppSettings {
  /** Pods of the app, 1 or more; with `autoscaling` the fewest. */
  readonly replicas: number
  /**
   * More pods when there is more to do.
   * @default - there are always `replicas`
   */
  readonly autoscaling?: Autoscaling
  /** Port of the app's Service; it leads to the port the config gives the app. */
  readonly servicePort: number
  readonly resources: Resources
  /**
   * CPU and memory of the sidecar. Go collects its garbage in time for 90 % of the limit of memory.
   * @default - `sidecarResources`
   */
  readonly sidecar?: Resources
  /**
   * Name of a PriorityClass of the cluster: which pods go first where there is no room for all.
   * @default - that of the cluster
   */
  readonly priorityClass?: string
  /**
   * Tokens that the app and its sidecar prove themselves to each other with.
   * @default - none: whoever reaches a port of the pod may use it
   */
  readonly tokens?: Tokens
  /**
   * Name of a ConfigMap with certificates (PEM, one file a key) of authorities that the sidecar trusts beside the public ones: for
   * stores and brokers with private certificates. Where there is no such ConfigMap, the public ones are all.
   * @default - the public ones only
   */
  readonly authorities?: string
  /**
   * Name of a ConfigMap whose keys are environment variables of the app, for settings that belong to a cluster. Where there is no such
   * ConfigMap, there are no such variables.
   * @default - none
   */
  readonly variables?: string
  /**
   * Who reaches the port of the app beside its own sidecar, such as an ingress controller. Kubelets and port-forwards always do.
   * @default - nobody
   */
  readonly clients?: readonly NetworkPeer[]
  /**
   * What the app itself connects to, beside its sidecar and what stands behind its components.
   * @default - nothing
   */
  readonly reaches?: readonly NetworkTarget[]
  /**
   * Shell commands that show what the app does, for the annotation `dapr-stack/examples`; `{app-id}` stands for the address of that app.
   * @default - no annotation
   */
  readonly examples?: readonly string[]
}

/** Names of Secrets, each with the token under the key `token`. */
export interface Tokens {
  /** What callers of the sidecar's API must send. */
  readonly api: string
  /** What the sidecar sends to the app. */
  readonly app: string
}

export interface DaprAppProps extends AppSettings {
  /** Name of the stack, for labels. */
  readonly stack: string
  readonly app: AppNode
  readonly graph: StackGraph
  /** Image reference, with a tag. */
  readonly image: string
  /** Program and arguments of the app in that image. */
  readonly command: readonly string[]
  /** How the pods end. */
  readonly shutdown: Shutdown
  /** Digest of what the pods must be restarted for when it changes. */
  readonly configDigest: string
  /** Kubernetes Secrets that the app reads by its sidecar, which needs the right and the token for it. */
  readonly secrets: readonly string[]
  /** Where its events wait, for `autoscaling`. */
  readonly backlogs: readonly Backlog[]
}
