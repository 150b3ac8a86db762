import { z } from 'zod'

import { deadLetterSource } from '../../config/define/index.ts'
import { keyOf, liveEdges } from '../graph/live-edge.ts'
import { loadedByAll } from '../graph/loaded.ts'
import { ids } from '../graph/picture.ts'
import type { DeployedGraph } from '../stack/graph.ts'
import { type Answer, appStatus } from '../stack/status/app-status.ts'
import { isWhole } from '../stack/status/report.ts'
import { containersOf, hasDaprd, isReady, podLine, sidecarContainer } from '../stack/up/pods.ts'
import type { ClusterFacts } from './facts.ts'
import { total } from './rates.ts'
import type { AppView, ComponentView, Counted, EdgeView, JobsView, SubscriptionView } from './view.ts'

const answersOf = ({ words }: ClusterFacts, app: string): Answer[] =>
  words.filter((word) => word.app === app).map(({ pod, said, trouble }) => {
    if (!hasDaprd(pod)) return { pod, why: `${pod.metadata.name} has no sidecar` }
    return { pod, ...(said && { metadata: said.metadata }), ...(trouble !== undefined && { why: trouble }) }
  })

const answered = (facts: ClusterFacts, app: string) => facts.words.flatMap((word) => (word.app === app && word.said ? word.said.metadata : []))

/** Whether every sidecar of an app that answers has loaded a component; unknown where none answers. */
const loadedIn = (facts: ClusterFacts, app: string, name: string): AppView['uses'][number]['state'] => {
  const said = answered(facts, app)
  if (said.length === 0) return 'unknown'
  return said.every(({ components }) => components.some((one) => one.name === name)) ? 'loaded' : 'missing'
}

/** The keys of what all sidecars of an app have loaded. */
const loadedOf = (facts: ClusterFacts, app: string): ReadonlySet<string> => new Set(loadedByAll(app, answered(facts, app)).map(keyOf))

const appView = (facts: ClusterFacts, app: DeployedGraph['apps'][number], edges: readonly EdgeView[]): AppView => {
  const answers = answersOf(facts, app.id)
  const status = appStatus(facts.graph, app, answers, facts)
  const pods = answers.map(({ pod }) => pod)
  const images = pods.flatMap((pod) => containersOf(pod).filter(({ name }) => name !== sidecarContainer).flatMap(({ image }) => image ?? []))
  return {
    ...status,
    whole: isWhole(status),
    images: [...new Set(images)],
    podLines: pods.map((pod) => podLine(pod, isReady(pod) ? undefined : facts.events.get(pod.metadata.name))),
    uses: app.components.map((name) => ({ name, state: loadedIn(facts, app.id, name) })),
    ...total(edges.filter(({ from, to }) => from === ids.app(app.id) || to === ids.app(app.id))),
  }
}

/** A row for each app. Pure. */
export const appViews = (facts: ClusterFacts, edges: readonly EdgeView[]): AppView[] => facts.graph.apps.map((app) => appView(facts, app, edges))

const Component = z.object({ spec: z.object({ type: z.string() }) })

/** A row for each component that is declared, then for each that is only there. Pure. */
export const componentViews = (facts: ClusterFacts): ComponentView[] => {
  const types = new Map(facts.components.map((object) => [object.metadata.name, Component.safeParse(object).data?.spec.type ?? 'unknown']))
  const loadedBy = (name: string): string[] => facts.graph.apps.map(({ id }) => id).filter((app) => loadedIn(facts, app, name) === 'loaded')
  const declared = facts.graph.components.map(({ name, kind, users }): ComponentView => {
    const type = types.get(name)
    return { name, kind, users, loadedBy: loadedBy(name), silent: users.filter((user) => loadedIn(facts, user, name) === 'unknown'), declared: true, ...(type !== undefined && { type }) }
  })
  const known = new Set(declared.map(({ name }) => name))
  const others = [...types].filter(([name]) => !known.has(name))
  return [...declared, ...others.map(([name, type]): ComponentView => ({ name, kind: type.split('.')[0] ?? type, type, users: [], loadedBy: loadedBy(name), silent: [], declared: false }))]
}

const Subscription = z.object({ scopes: z.array(z.string()).default([]), spec: z.object({ pubsubname: z.string(), topic: z.string(), metadata: z.unknown().optional() }) })

const uncounted: Counted = { count: 0, failed: 0 }

const countedIn = (edges: readonly EdgeView[], key: string): Counted => {
  const edge = edges.find((one) => keyOf(one) === key)
  if (!edge) return uncounted
  const { count, failed, perSecond, failedPerSecond } = edge
  return { count, failed, ...(perSecond !== undefined && { perSecond }), ...(failedPerSecond !== undefined && { failedPerSecond }) }
}

/** A row for each Subscription that is declared, then for each that is only there; those of dead letters are part of the others. Pure. */
export const subscriptionViews = (facts: ClusterFacts, edges: readonly EdgeView[]): SubscriptionView[] => {
  const { graph } = facts
  const there = new Set(facts.subscriptions.map(({ metadata }) => metadata.name))
  const declared = graph.subscriptions.map(({ name, app, pubsub, topic }): SubscriptionView => {
    const key = keyOf(liveEdges.delivers(app, pubsub, topic))
    const state = answered(facts, app).length === 0 ? 'unknown' : loadedOf(facts, app).has(key) ? 'listed' : 'missing'
    return { name, app, pubsub, topic, state, there: there.has(name), ...countedIn(edges, key) }
  })
  const known = new Set(declared.map(({ name }) => name))
  const others = facts.subscriptions.flatMap((object): SubscriptionView[] => {
    const { data } = Subscription.safeParse(object)
    if (!data || known.has(object.metadata.name) || deadLetterSource(data.spec.metadata)) return []
    const { scopes, spec: { pubsubname, topic } } = data
    return [{ name: object.metadata.name, app: scopes.join(', ') || 'every app', pubsub: pubsubname, topic, state: 'not declared', there: true, ...uncounted }]
  })
  return [...declared, ...others]
}

/** A row for each app that has jobs. Pure. */
export const jobsViews = ({ graph }: ClusterFacts, edges: readonly EdgeView[]): JobsView[] =>
  graph.apps.filter(({ jobs }) => jobs.length > 0).map(({ id, jobs }) => ({ app: id, kinds: jobs, ...countedIn(edges, keyOf(liveEdges.calls(id))) }))
