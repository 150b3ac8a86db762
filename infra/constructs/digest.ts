import { type AnyStack, contractSchema, type StackGraph } from '../../config/define/index.ts'
import type { Backend } from './backend.ts'
import { contentDigest } from './content-digest.ts'
import { type Tracing, tracingSpec } from './tracing.ts'

// Who else publishes or subscribes, and how the broker keeps a topic, is no reason to restart this app.
const only = (graph: StackGraph, app: string) => ({
  topics: graph.topics
    .filter(({ publishers, subscribers }) => publishers.includes(app) || subscribers.includes(app))
    .map(({ publishers, subscribers: _, settings: _settings, ...topic }) => ({ ...topic, publishes: publishers.includes(app) })),
  subscriptions: graph.subscriptions.filter((edge) => edge.app === app).map(({ deadLetters: _, ...edge }) => edge),
  invocations: graph.invocations.filter(({ caller, callee }) => caller === app || callee === app),
  secrets: graph.secrets.filter((edge) => edge.app === app),
})

const contractsOf = (stack: AnyStack, graph: StackGraph, app: string): unknown[] => {
  const { topics, invocations } = only(graph, app)
  const events = topics.flatMap(({ name }) => Object.values(stack.topics[name]?.events ?? {}))
  const served = invocations.flatMap(({ callee, method }) => stack.services[callee]?.methods?.[method] ?? [])
  const methods = served.flatMap(({ request, response }) => [request, response])
  const jobs = Object.values(stack.services[app]?.jobs ?? {}).map(({ data }) => data)
  return [...events, ...methods, ...jobs].map(contractSchema)
}

// Pods are let to another place where they are.
const withoutTargets = (backend: Backend | undefined) => {
  const { targets: _, ...rest } = backend ?? {}
  return rest
}

/**
 * Digest of all that one app's pods are started with: the part of the graph it touches, its contracts and what stands behind
 * its components, and where its traces go. `graph` is the stack's. 16 hexadecimal digits of SHA-256.
 */
export const configDigest = (stack: AnyStack, graph: StackGraph, app: string, backends: Readonly<Record<string, Backend>>, tracing?: Tracing): string => {
  const node = graph.apps.find(({ id }) => id === app)
  const behind = node?.components.map((name) => [name, withoutTargets(backends[name])])
  const part = only(graph, app)
  const delivery = part.subscriptions.length > 0 ? stack.delivery : undefined
  return contentDigest([node, part, contractsOf(stack, graph, app), behind, delivery, stack.resilience, ...(tracing ? [tracingSpec(tracing)] : [])])
}
