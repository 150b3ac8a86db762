import type { ComponentKind } from './kinds.ts'
import { deadLetterTopic, eventRoute, methodRoute } from './names.ts'
import type { AnyService, AnyStack } from './stack.ts'

/** Who stores, publishes, subscribes, invokes and reads which secret: everything that is not a contract is derived from this. */
export interface StackGraph {
  readonly apps: readonly AppNode[]
  readonly components: readonly ComponentNode[]
  readonly topics: readonly TopicNode[]
  readonly subscriptions: readonly SubscriptionEdge[]
  readonly invocations: readonly InvocationEdge[]
  readonly secrets: readonly SecretEdge[]
}

export interface AppNode {
  readonly id: string
  readonly port: number
  /** Names of the components the app uses in any way, sorted. */
  readonly components: readonly string[]
}

export interface ComponentNode {
  readonly name: string
  readonly kind: ComponentKind
  /** Ids of the apps that use it, sorted: the component's `scopes`. */
  readonly users: readonly string[]
}

export interface TopicNode {
  readonly name: string
  readonly pubsub: string
  readonly deadLetterTopic: string
  readonly eventTypes: readonly string[]
  readonly publishers: readonly string[]
  readonly subscribers: readonly string[]
}

export interface SubscriptionEdge {
  readonly name: string
  readonly app: string
  readonly topic: string
  readonly pubsub: string
  readonly route: string
  readonly deadLetterTopic: string
}

export interface InvocationEdge {
  readonly caller: string
  readonly callee: string
  readonly method: string
  readonly route: string
}

export interface SecretEdge {
  readonly app: string
  readonly store: string
  readonly secret: string
}

const subscribedTopics = ({ subscribes = {} }: AnyService): string[] => Object.keys(subscribes)

const subscriptionEdges = (stack: AnyStack): SubscriptionEdge[] =>
  Object.entries(stack.services).flatMap(([app, { subscribes = {} }]) =>
    Object.entries(subscribes).flatMap(([topic, declared]) => {
      const pubsub = stack.topics[topic]?.pubsub
      if (declared === undefined || pubsub === undefined) return []
      return [{ name: declared.name, app, topic, pubsub, route: eventRoute(topic), deadLetterTopic: deadLetterTopic(topic) }]
    }),
  )

const topicNodes = (stack: AnyStack): TopicNode[] =>
  Object.entries(stack.topics).map(([name, { pubsub, events }]) => ({
    name,
    pubsub,
    deadLetterTopic: deadLetterTopic(name),
    eventTypes: Object.keys(events),
    publishers: appsWhere(stack, (service) => service.publishes?.includes(name) ?? false),
    subscribers: appsWhere(stack, (service) => subscribedTopics(service).includes(name)),
  }))

const appsWhere = (stack: AnyStack, test: (service: AnyService) => boolean): string[] =>
  Object.entries(stack.services)
    .filter(([, service]) => test(service))
    .map(([app]) => app)
    .sort()

const componentsOf = (stack: AnyStack, service: AnyService): string[] => {
  const topics = [...(service.publishes ?? []), ...subscribedTopics(service)]
  const pubsubs = topics.flatMap((topic) => stack.topics[topic]?.pubsub ?? [])
  return [...new Set([...(service.state ?? []), ...pubsubs, ...Object.keys(service.secrets ?? {})])].sort()
}

const componentNodes = (stack: AnyStack): ComponentNode[] =>
  Object.entries(stack.components).map(([name, kind]) => ({
    name,
    kind,
    users: appsWhere(stack, (service) => componentsOf(stack, service).includes(name)),
  }))

const invocationEdges = (stack: AnyStack): InvocationEdge[] =>
  Object.entries(stack.services).flatMap(([caller, { invokes = {} }]) =>
    Object.entries(invokes).flatMap(([callee, methods = []]) =>
      methods.map((method) => ({ caller, callee, method, route: methodRoute(method) })),
    ),
  )

const secretEdges = (stack: AnyStack): SecretEdge[] =>
  Object.entries(stack.services).flatMap(([app, { secrets = {} }]) =>
    Object.entries(secrets).flatMap(([store, names = []]) => names.map((secret) => ({ app, store, secret }))),
  )

/** Derives the graph of a stack. Pure; lists keep the order of the config, name lists in nodes are sorted. */
export const graphOf = (stack: AnyStack): StackGraph => ({
  apps: Object.entries(stack.services).map(([id, service]) => ({ id, port: service.port, components: componentsOf(stack, service) })),
  components: componentNodes(stack),
  topics: topicNodes(stack),
  subscriptions: subscriptionEdges(stack),
  invocations: invocationEdges(stack),
  secrets: secretEdges(stack),
})
