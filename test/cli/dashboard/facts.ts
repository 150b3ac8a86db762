import type { StackGraph } from '../../../config/define/index.ts'
import type { ClusterFacts } from '../../../cli/dashboard/facts.ts'
import { samplesIn } from '../../../cli/graph/metrics.ts'
import { graphIn } from '../../../cli/stack/graph.ts'
import type { SidecarWord } from '../../../cli/stack/graph/sightings.ts'
import { type Pod, podOf } from '../../../cli/stack/up/pods.ts'
import type { KubeObject } from '../../../cli/kube/port.ts'

const types = { state: 'state.redis', pubsub: 'pubsub.redis', secrets: 'secretstores.kubernetes' } as const

const podObject = (app: string): KubeObject => {
  const containers = [{ name: app, image: `registry.example/${app}:1.2.3` }, { name: 'daprd', image: 'daprd:1.18.2' }]
  const containerStatuses = containers.map(({ name }) => ({ name, ready: true, restartCount: 0, state: { running: {} } }))
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: `${app}-0`, uid: `uid-${app}`, annotations: { 'dapr.io/app-id': app, 'dapr.io/enabled': 'true' } },
    spec: { containers },
    status: { conditions: [{ type: 'Ready', status: 'True' }], containerStatuses },
  }
}

/** A pod of an app, ready unless something else is said of it. */
export const readyPod = (app: string, change: Partial<KubeObject> = {}): Pod => podOf({ ...podObject(app), ...change })

export interface Changes {
  readonly atMs?: number
  /** What the sidecar of an app counted, as Prometheus text. */
  readonly metrics?: Readonly<Record<string, string>>
  /** Apps whose sidecars say nothing. */
  readonly silent?: readonly string[]
  /** Topics that no sidecar has subscribed to. */
  readonly deaf?: readonly string[]
  /** Components that no sidecar has loaded. */
  readonly unloaded?: readonly string[]
  readonly more?: Partial<ClusterFacts>
}

/** What a cluster says in which everything of a graph is there and works, but for the changes. */
export const factsOf = (graph: StackGraph, { atMs = 0, metrics = {}, silent = [], deaf = [], unloaded = [], more = {} }: Changes = {}): ClusterFacts => {
  const object = (kind: string, name: string, spec: object, scopes: readonly string[]): KubeObject => ({ apiVersion: 'dapr.io/v1', kind, metadata: { name }, scopes, spec })
  const word = (app: StackGraph['apps'][number]): SidecarWord => {
    const pod = readyPod(app.id)
    if (silent.includes(app.id)) return { app: app.id, pod, trouble: `the sidecar of ${pod.metadata.name} does not answer: no route` }
    const components = app.components.filter((name) => !unloaded.includes(name)).map((name) => ({ name, type: types[graph.components.find((one) => one.name === name)?.kind ?? 'state'] }))
    const subscriptions = graph.subscriptions.filter((one) => one.app === app.id && !deaf.includes(one.topic)).map(({ pubsub, topic }) => ({ pubsubname: pubsub, topic }))
    return { app: app.id, pod, said: { metadata: { id: app.id, runtimeVersion: '1.18.2', components, subscriptions }, samples: samplesIn(metrics[app.id] ?? '') } }
  }
  return {
    atMs,
    namespace: 'market',
    graph: graphIn({ ...object('ConfigMap', 'graph', {}, []), data: { graph: JSON.stringify(graph) } }),
    pods: graph.apps.map(({ id }) => readyPod(id)),
    events: new Map(),
    words: graph.apps.map(word),
    components: graph.components.map(({ name, kind, users }) => object('Component', name, { type: types[kind] }, users)),
    subscriptions: graph.subscriptions.map(({ name, app, pubsub, topic }) => object('Subscription', name, { pubsubname: pubsub, topic }, [app])),
    ...more,
  }
}
