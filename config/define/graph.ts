import type { ComponentKind } from './kinds.ts'
import { deadLetterRoute, deadLetterSubscription, deadLetterTopic, eventRoute, methodRoute } from './names.ts'
import type { AnyService, AnyStack } from './stack.ts'
import { type TopicSettings, topicSettings } from './topic-settings.ts'

/** Who stores, publishes, subscribes, invokes, reads which secret and schedules which jobs: everything that is not a contract is derived from this. */
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
  /** Kinds of jobs the app schedules for itself, in the config's order. */
  readonly jobs: readonly string[]
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
  /** How its broker keeps it, defaults filled in. */
  readonly settings: TopicSettings
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
  /** The app's state store for what it handled and could not handle. */
  readonly marks: string
  readonly deadLetters: DeadLetterEdge
}

/** How an app gets its own dead letters back. */
export interface DeadLetterEdge {
  /** Name of the Subscription to the dead-letter topic. */
  readonly name: string
  readonly route: string
  /** Id of an app that may publish on the topic: the app itself, if it does. */
  readonly publisher: string
}

/** Topics of one pubsub component that the sidecar of an app may publish on and subscribe to, dead letters included; sorted. */
export interface TopicRights {
  readonly app: string
  readonly publishes: readonly string[]
  readonly subscribes: readonly string[]
}

export interface InvocationEdge {
  readonly caller: string
  readonly callee: string
  readonly method: string
  readonly route: string
  /** Whether it may be repeated. */
  readonly idempotent: boolean
}

export interface SecretEdge {
  readonly app: string
  readonly store: string
  readonly secret: string
}

const subscribedTopics = ({ subscribes = {} }: AnyService): string[] => Object.keys(subscribes)

const deadLetterEdge = (stack: AnyStack, app: string, topic: string, name: string): DeadLetterEdge => {
  const publishers = appsWhere(stack, ({ publishes }) => publishes?.includes(topic) ?? false)
  const publisher = publishers.includes(app) ? app : (publishers[0] ?? app)
  return { name: deadLetterSubscription(name), route: deadLetterRoute(topic), publisher }
}

const subscriptionEdges = (stack: AnyStack): SubscriptionEdge[] =>
  Object.entries(stack.services).flatMap(([app, { subscribes = {} }]) =>
    Object.entries(subscribes).flatMap(([topic, declared]) => {
      const pubsub = stack.topics[topic]?.pubsub
      if (declared === undefined || pubsub === undefined) return []
      const { name, marks } = declared
      const deadLetters = deadLetterEdge(stack, app, topic, name)
      return [{ name, app, topic, pubsub, route: eventRoute(topic), deadLetterTopic: deadLetterTopic(topic), marks, deadLetters }]
    }),
  )

const topicNodes = (stack: AnyStack): TopicNode[] =>
  Object.entries(stack.topics).map(([name, topic]) => ({
    name,
    pubsub: topic.pubsub,
    deadLetterTopic: deadLetterTopic(name),
    settings: topicSettings(topic),
    eventTypes: Object.keys(topic.events),
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
      methods.map((method) => ({ caller, callee, method, route: methodRoute(method), idempotent: stack.services[callee]?.methods?.[method]?.idempotent ?? false })),
    ),
  )

const secretEdges = (stack: AnyStack): SecretEdge[] =>
  Object.entries(stack.services).flatMap(([app, { secrets = {} }]) =>
    Object.entries(secrets).flatMap(([store, names = []]) => names.map((secret) => ({ app, store, secret }))),
  )

/** Derives the graph of a stack. Pure; lists keep the order of the config, name lists in nodes are sorted. */
export const graphOf = (stack: AnyStack): StackGraph => ({
  apps: Object.entries(stack.services).map(([id, service]) => ({ id, port: service.port, components: componentsOf(stack, service), jobs: Object.keys(service.jobs ?? {}) })),
  components: componentNodes(stack),
  topics: topicNodes(stack),
  subscriptions: subscriptionEdges(stack),
  invocations: invocationEdges(stack),
  secrets: secretEdges(stack),
})

/** What each app of the stack may do with the topics of a pubsub component. Every app is named: Dapr restricts only those that are. */
export const topicRights = ({ apps, topics }: StackGraph, pubsub: string): TopicRights[] => {
  const carried = topics.filter((topic) => topic.pubsub === pubsub)
  return apps.map(({ id: app }) => {
    const published = carried.filter(({ publishers }) => publishers.includes(app)).map(({ name }) => name)
    const subscribed = carried.filter(({ subscribers }) => subscribers.includes(app))
    // Dead letters are published by the subscriber's sidecar, and come back to it.
    const deadLetters = subscribed.map((topic) => topic.deadLetterTopic)
    return { app, publishes: [...published, ...deadLetters].sort(), subscribes: [...subscribed.map(({ name }) => name), ...deadLetters].sort() }
  })
}
