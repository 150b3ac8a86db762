import type { Unlooked } from '../doctor/diagnosis.ts'
import type { EdgeKind, Mark } from '../graph/picture.ts'
import type { AppStatus } from '../stack/status/report.ts'
import type { PodLine } from '../stack/events.ts'

/** What was counted along something: since the sidecars started, and for each second of the last moments. */
export interface Counted {
  readonly count: number
  readonly failed: number
  /** Undefined where nothing can be said yet: two looks are needed. */
  readonly perSecond?: number
  readonly failedPerSecond?: number
}

/** An edge of the graph as the page shows it. */
export interface EdgeView extends Counted {
  /** Id of its element in the drawing. */
  readonly id: string
  readonly kind: EdgeKind
  /** Ids of nodes, such as `app shop`. */
  readonly from: string
  readonly to: string
  readonly label: string
  readonly mark: Mark
}

/** How one thing that is looked at stands. */
export interface SourceView {
  /** Such as `dead letters`. */
  readonly name: string
  /** `waiting` until the first answer; `silent` where the last look had none. */
  readonly state: 'waiting' | 'answers' | 'silent'
  /** When it last answered, ISO 8601. */
  readonly at?: string
  /** Why it is silent. */
  readonly why?: string
}

/** Something that is wrong, whoever found it. */
export interface Problem {
  readonly subject: string
  readonly what: string
  readonly evidence: readonly string[]
  /** The one thing to do, one line. */
  readonly fix: string
  /** What comes of it. */
  readonly hidden: readonly string[]
}

export interface AppView extends AppStatus, Counted {
  readonly whole: boolean
  /** Images of the app's container in its pods, each once. */
  readonly images: readonly string[]
  readonly podLines: readonly PodLine[]
  /** What the app is to have loaded, and whether every sidecar has; `unknown` where no sidecar answers. */
  readonly uses: readonly { readonly name: string; readonly state: 'loaded' | 'missing' | 'unknown' }[]
}

export interface ComponentView {
  readonly name: string
  readonly kind: string
  /** Such as `state.redis`; undefined where the cluster has no such Component. */
  readonly type?: string
  /** Apps that are to use it, those whose sidecars have all loaded it, and users no sidecar of which answers. */
  readonly users: readonly string[]
  readonly loadedBy: readonly string[]
  readonly silent: readonly string[]
  readonly declared: boolean
}

export interface SubscriptionView extends Counted {
  readonly name: string
  readonly app: string
  readonly pubsub: string
  readonly topic: string
  /** `unknown` where no sidecar of the app answers. */
  readonly state: 'listed' | 'missing' | 'unknown' | 'not declared'
  /** Whether the cluster has the object. */
  readonly there: boolean
}

export interface JobsView extends Counted {
  readonly app: string
  readonly kinds: readonly string[]
}

/** A dead letter as the page shows it. */
export interface LetterView {
  readonly id: string
  readonly app: string
  readonly topic: string
  readonly type: string
  readonly attempts: number
  readonly lastFailedAt: string
  readonly lastError: string
  /** The whole event, as text. */
  readonly event: string
}

/** All that the page shows but the logs. */
export interface Snapshot {
  readonly stack: string
  readonly namespace: string
  /** Name of the cluster in the kubeconfig. */
  readonly context: string
  /** Version of the cluster. */
  readonly version: string
  /** Whether dead letters may be replayed. */
  readonly writes: boolean
  readonly at: string
  readonly verdict: 'looking' | 'healthy' | 'wrong' | 'silent'
  readonly problems: readonly Problem[]
  readonly unlooked: readonly Unlooked[]
  /** How many rules doctor looked after; undefined until it answered. */
  readonly looked?: number
  readonly sources: readonly SourceView[]
  readonly apps: readonly AppView[]
  readonly components: readonly ComponentView[]
  readonly subscriptions: readonly SubscriptionView[]
  readonly jobs: readonly JobsView[]
  readonly deadLetters: readonly LetterView[]
  readonly drift: readonly string[]
  readonly graph: { readonly key: string; readonly edges: readonly EdgeView[] }
  /** Over all edges. */
  readonly traffic: Counted
}

