import { graphIn } from './graph.ts'
import { meant, quote } from './names.ts'
import type { Flaw, Rule } from './rule.ts'
import type { ComponentThing, SubscriptionThing } from './thing.ts'
import { appIdsBeside, beside, type Things } from './things.ts'
import { limitsOf, mayUse, type Scopes, type TopicLimits } from './topics.ts'

const brokers = ({ components }: Things): ComponentThing[] => components.filter(({ type }) => type.startsWith('pubsub.'))

/** The apps that load a component: those of its scopes, else every one that is looked at. */
const usersOf = (component: ComponentThing, things: Things): readonly string[] => (component.scopes.length > 0 ? component.scopes : appIdsBeside(component, things))

const topicScopes: Rule = {
  id: 'topic-scopes',
  reason: 'Dapr restricts only the apps that are named: one that is left out, or misspelt, may use every topic.',
  mend: 'Name each app of `scopes`, as `app=topic,topic;other=`.',
  check: (things) =>
    brokers(things).flatMap((thing) => {
      const { publishing, subscribing } = limitsOf(thing)
      const known = appIdsBeside(thing, things)
      // A scope that is no app here restricts nobody.
      const apps = thing.scopes.filter((app) => known.length === 0 || known.includes(app))
      const look = (scopes: Scopes | undefined): Flaw[] => {
        if (!scopes) return []
        const { entry: { name, path }, topics, malformed } = scopes
        const left = apps.filter((app) => !topics.has(app))
        return [
          ...malformed.map((part) => ({ thing, path, what: `"${part}" in ${name} is no app=topics` })),
          ...left.map((app) => ({ thing, path, what: `${name} does not name ${app}`, mend: `add ${app}= and its topics` })),
        ]
      }
      return [...look(publishing), ...look(subscribing)]
    }),
}

const topicAllowed: Rule = {
  id: 'topic-allowed',
  reason: 'The sidecar refuses to publish on a topic that is not among `allowedTopics`, and does not subscribe to it.',
  mend: 'Add the topic to `allowedTopics`, or correct its name.',
  check: (things) =>
    brokers(things).flatMap((thing) => {
      const { allowed, publishing, subscribing, protected: guarded } = limitsOf(thing)
      if (!allowed) return []
      const outside = (topics: readonly string[]): string[] => topics.filter((topic) => !allowed.includes(topic))
      const scoped = [publishing, subscribing].flatMap((scopes) =>
        scopes ? [...scopes.topics].flatMap(([app, topics]) => outside(topics).map((topic) => ({ thing, path: scopes.entry.path, what: `${scopes.entry.name} gives ${app} "${topic}", which is not among allowedTopics`, mend: meant(topic, allowed, 'add it there') }))) : [],
      )
      const subscribed = subscriptionsOf(thing, things).filter(({ topic }) => !allowed.includes(topic)).map((subscription) => ({
        thing: subscription,
        path: ['spec', 'topic'],
        what: `"${subscription.topic}" is not among the allowedTopics of ${thing.name}`,
        mend: meant(subscription.topic, allowed, 'add it there'),
      }))
      return [...scoped, ...subscribed, ...outside(guarded).map((topic) => ({ thing, path: ['spec', 'metadata'], what: `"${topic}" is protected but not among allowedTopics` }))]
    }),
}

const subscriptionsOf = (component: ComponentThing, things: Things): SubscriptionThing[] => beside(component, things.subscriptions).filter(({ pubsub }) => pubsub === component.name)

const subscribersOf = (subscription: SubscriptionThing, component: ComponentThing, things: Things): readonly string[] => (subscription.scopes.length > 0 ? subscription.scopes : usersOf(component, things))

interface Pair {
  readonly subscription: SubscriptionThing
  readonly component: ComponentThing
  readonly limits: TopicLimits
}

const pairs = (things: Things): Pair[] =>
  brokers(things).flatMap((component) => subscriptionsOf(component, things).map((subscription) => ({ subscription, component, limits: limitsOf(component) })))

const isAllowed = ({ allowed }: TopicLimits, topic: string): boolean => allowed?.includes(topic) ?? true

const publishDenied: Rule = {
  id: 'publish-denied',
  reason: 'The sidecar of the publisher answers 403, and the event is not published.',
  mend: 'Put the app into the `scopes` of the component, and the topic into its `publishingScopes` and `allowedTopics`.',
  check: (things) =>
    things.all.flatMap((thing) =>
      graphIn(thing).topics.flatMap(({ name, pubsub, publishers }): Flaw[] => {
        const component = beside(thing, brokers(things)).find((one) => one.name === pubsub)
        if (!component) return []
        const limits = limitsOf(component)
        const may = (app: string): boolean => (component.scopes.length === 0 || component.scopes.includes(app)) && mayUse(limits, limits.publishing, app, name)
        return publishers.filter((app) => !may(app)).map((app) => ({ thing, path: ['data', 'graph'], what: `${app} publishes on "${name}", and ${pubsub} does not let it` }))
      }),
    ),
}

const subscriptionRight: Rule = {
  id: 'subscription-right',
  reason: 'The sidecar does not subscribe, so the events do not come.',
  mend: 'Add the topic to the app in `subscriptionScopes`.',
  check: (things) =>
    pairs(things).flatMap(({ subscription, component, limits }) =>
      subscribersOf(subscription, component, things)
        .filter((app) => isAllowed(limits, subscription.topic) && !mayUse(limits, limits.subscribing, app, subscription.topic))
        .map((app) => ({ thing: subscription, path: ['spec', 'topic'], what: `${app} may not subscribe to "${subscription.topic}" of ${component.name}` })),
    ),
}

const topicPublisher: Rule = {
  id: 'topic-publisher',
  reason: 'No event can ever come on that topic.',
  mend: 'Add the topic to an app in `publishingScopes`, or remove the subscription.',
  check: (things) =>
    pairs(things)
      .filter(({ limits, component, subscription }) => limits.publishing && isAllowed(limits, subscription.topic) && usersOf(component, things).length > 0)
      .filter(({ limits, component, subscription }) => !usersOf(component, things).some((app) => mayUse(limits, limits.publishing, app, subscription.topic)))
      .map(({ subscription, component, limits }) => ({
        thing: subscription,
        path: ['spec', 'topic'],
        what: `nobody may publish on "${subscription.topic}" of ${component.name}`,
        mend: meant(subscription.topic, [...new Set([...(limits.publishing?.topics.values() ?? [])].flat())], 'add it to an app in publishingScopes, or remove the subscription'),
      })),
}

/** Whether a subscription is to the dead-letter topic of another. */
const takesDeadLetters = ({ topic, pubsub, namespace }: SubscriptionThing, all: readonly SubscriptionThing[]): boolean =>
  all.some((other) => other.namespace === namespace && other.pubsub === pubsub && other.deadLetterTopic === topic)

const deadLetterMissing: Rule = {
  id: 'dead-letter-missing',
  reason: 'What the app cannot handle is lost: Redis forgets an event after its last delivery. Kafka delivers it again for ever, and all behind it wait.',
  mend: 'Give the Subscription a `deadLetterTopic`, and subscribe to that too.',
  check: ({ subscriptions }) =>
    subscriptions.filter((one) => !one.deadLetterTopic && !takesDeadLetters(one, subscriptions)).map((thing) => ({ thing, path: ['spec'], what: `Subscription ${thing.name} has no dead-letter topic` })),
}

const deadLetterRight: Rule = {
  id: 'dead-letter-right',
  reason: 'Dead letters are published by the sidecar of the subscriber, under its own rights: where it may not, they are lost.',
  mend: 'Add the topic to `allowedTopics` and to the subscriber in `publishingScopes`.',
  check: (things) =>
    pairs(things).flatMap(({ subscription, component, limits }): Flaw[] => {
      const { deadLetterTopic: topic } = subscription
      if (!topic) return []
      const path = ['spec', 'deadLetterTopic']
      if (!isAllowed(limits, topic)) return [{ thing: subscription, path, what: `"${topic}" is not among the allowedTopics of ${component.name} (${quote(limits.allowed ?? [])})`, mend: 'add it there' }]
      return subscribersOf(subscription, component, things)
        .filter((app) => !mayUse(limits, limits.publishing, app, topic))
        .map((app) => ({ thing: subscription, path, what: `${app} may not publish its dead letters on "${topic}"`, mend: `add it to ${app} in publishingScopes of ${component.name}` }))
    }),
}

const groupNames = ['consumergroup', 'consumerid', 'durablename', 'queuegroupname']

const consumerShared: Rule = {
  id: 'consumer-shared',
  reason: 'Apps with one consumer group share the events of a topic: each event reaches one of them only.',
  mend: 'Remove it, so that each app has a group by its own id, or write `{appID}`.',
  check: (things) =>
    brokers(things).flatMap((thing) =>
      thing.entries.filter(({ name, value }) => groupNames.includes(name.toLowerCase()) && value && !value.includes('{')).flatMap(({ name, path, value }) =>
        sharedTopics(thing, things).map(([topic, apps]) => ({ thing, path, what: `${name} is ${value ?? ''} for all of ${apps.join(' and ')}, who subscribe to "${topic}"` })),
      ),
    ),
}

/** Topics of a broker that several apps subscribe to. */
const sharedTopics = (component: ComponentThing, things: Things): [topic: string, apps: string[]][] => {
  const subscriptions = subscriptionsOf(component, things)
  return [...new Set(subscriptions.map(({ topic }) => topic))]
    .map((topic): [string, string[]] => [topic, [...new Set(subscriptions.filter((one) => one.topic === topic).flatMap((one) => subscribersOf(one, component, things)))]])
    .filter(([, apps]) => apps.length > 1)
}

/** Rules of topics: who may publish and subscribe, and where dead letters go. */
export const topicRules: readonly Rule[] = [topicScopes, topicAllowed, publishDenied, topicPublisher, subscriptionRight, deadLetterMissing, deadLetterRight, consumerShared]
