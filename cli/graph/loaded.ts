import type { ComponentKind } from '../../config/define/index.ts'
import { keyOf, type LiveEdge, liveEdges } from './live-edge.ts'

/** What a sidecar says that it has loaded. */
export interface Loaded {
  /** `type` such as `state.redis`. */
  readonly components: readonly { readonly name: string; readonly type: string }[]
  readonly subscriptions: readonly { readonly pubsubname: string; readonly topic: string }[]
}

const kinds: Readonly<Record<string, ComponentKind>> = { state: 'state', pubsub: 'pubsub', secretstores: 'secrets' }

/** What kind of component a type such as `state.redis` is; undefined where a stack declares none of that kind. */
export const kindOfType = (type: string): ComponentKind | undefined => kinds[type.split('.')[0] ?? '']

export const isSecretStore = (type: string): boolean => kindOfType(type) === 'secrets'

/** What a sidecar has loaded, as edges. The secret store that Dapr itself brings to every sidecar is none of the stack's. */
const edgesOf = (app: string, { components, subscriptions }: Loaded): LiveEdge[] => [
  ...components.flatMap(({ name, type }) => {
    const kind = kindOfType(type)
    return kind === undefined || (name === 'kubernetes' && type === 'secretstores.kubernetes') ? [] : [liveEdges.uses(app, kind, name)]
  }),
  ...subscriptions.map(({ pubsubname, topic }) => liveEdges.delivers(app, pubsubname, topic)),
]

/** What every one of an app's sidecars has loaded. Pure. */
export const loadedByAll = (app: string, sidecars: readonly Loaded[]): LiveEdge[] => {
  const [first = [], ...others] = sidecars.map((sidecar) => edgesOf(app, sidecar))
  const keys = others.map((edges) => new Set(edges.map(keyOf)))
  return first.filter((edge) => keys.every((known) => known.has(keyOf(edge))))
}
