import type { Things } from '../../infra/rules/things.ts'
import type { Sample } from '../graph/metrics.ts'
import type { KubeObject } from '../kube/port.ts'
import type { Backlog } from '../stack/brokers/question.ts'
import type { DeployedGraph } from '../stack/graph.ts'
import type { SidecarAnswer, SidecarMetadata } from '../stack/sidecar.ts'
import type { Pod } from '../stack/up/pods.ts'

/** What a pod with a sidecar, or that wants one, tells. What was not or could not be asked is left out. */
export interface SidecarEvidence {
  readonly app: string
  readonly pod: Pod
  readonly metadata?: SidecarMetadata
  readonly samples?: readonly Sample[]
  /** Last lines of the sidecar, of the run before the last restart first. */
  readonly log?: readonly string[]
  /** What the app answers on `/dapr/subscribe` at its app port; `silent` where nothing listens there. */
  readonly subscribe?: SidecarAnswer | 'silent'
}

/** A read of a state or secret store through the sidecar of an app; values are not kept. */
export interface StoreRead {
  readonly app: string
  readonly component: string
  /** Name of the secret; left out for a state store. */
  readonly secret?: string
  readonly status: number
  /** Why it was refused, or could not be done. */
  readonly text: string
}

/** What a broker in the namespace tells. */
export interface BrokerEvidence {
  readonly component: string
  /** Topics that are there. Left out where the broker makes a topic when it is first used. */
  readonly topics?: readonly string[]
  /** What was not delivered when it was asked, and when it was asked again where that was much. */
  readonly backlogs: readonly (Backlog & { readonly later?: number })[]
}

/** Dead letters of an app. */
export interface DeadLetterEvidence {
  readonly app: string
  readonly pubsub: string
  readonly topic: string
  /** At least so many. */
  readonly count: number
  /** One of them: why its last delivery failed. */
  readonly lastError?: string
}

/** The clock of a node beside that of the API server. */
export interface ClockEvidence {
  readonly node: string
  /** Seconds before (+) or behind (-). */
  readonly aheadSeconds: number
}

/** An event of the namespace about an object. */
export interface EventEvidence {
  readonly object: string
  readonly reason: string
  readonly message: string
}

/** What is known of the cluster's Dapr. */
export interface ControlPlaneEvidence {
  /** Whether the cluster knows Dapr's kinds. */
  readonly kinds?: boolean
  /** Deployments of the control plane, wherever they are. */
  readonly deployments?: readonly KubeObject[]
  /** The webhook by which pods get their sidecars; null where there is none. */
  readonly webhook?: KubeObject | null
  /** Dapr's own Configuration; null where there is none. */
  readonly configuration?: KubeObject | null
}

/** All that is known of a namespace, gathered once. What could not be looked at is left out, and no rule takes it for missing. */
export interface Evidence {
  readonly namespace: string
  readonly graph?: DeployedGraph | undefined
  readonly controlPlane: ControlPlaneEvidence
  readonly clocks: readonly ClockEvidence[]
  readonly namespaceLabels?: Readonly<Record<string, string>>
  /** Kinds whose objects were listed: of another kind nothing is known. */
  readonly listed: ReadonlySet<string>
  readonly things: Things
  readonly objects: readonly KubeObject[]
  readonly pods: readonly Pod[]
  readonly events: readonly EventEvidence[]
  /** Values of each Secret, in base64. */
  readonly secrets?: ReadonlyMap<string, Readonly<Record<string, string>>>
  readonly sidecars: readonly SidecarEvidence[]
  readonly reads: readonly StoreRead[]
  readonly brokers: readonly BrokerEvidence[]
  readonly deadLetters: readonly DeadLetterEvidence[]
}
