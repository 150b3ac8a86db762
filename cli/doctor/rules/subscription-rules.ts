import { closest } from '../../../infra/rules/names.ts'
import type { SubscriptionThing } from '../../../infra/rules/thing.ts'
import { mapOf, textOf, valueAt } from '../../../infra/rules/values.ts'
import { isDeadLetterName } from '../../../config/define/index.ts'
import { deliveriesIn } from '../../stack/canary/deliveries.ts'
import type { DeployedGraph } from '../../stack/graph.ts'
import type { Evidence, SidecarEvidence } from '../evidence.ts'
import { podSubject, sidecarLines } from '../facts.ts'
import { keys } from '../keys.ts'
import type { Rule, Seen } from '../rule.ts'

type Declared = DeployedGraph['subscriptions'][number]

const breaksOf = ({ app, pubsub, topic, deadLetterTopic }: Declared): string[] => [keys.app(app), keys.topic(pubsub, topic), ...(deadLetterTopic === undefined ? [] : [keys.topic(pubsub, deadLetterTopic)])]

const liveOf = ({ things }: Evidence, { name }: Declared): SubscriptionThing | undefined => things.subscriptions.find((one) => one.name === name)

const declaredIn = ({ graph, listed }: Evidence): readonly Declared[] => (listed.has('Subscription') ? (graph?.subscriptions ?? []) : [])

const missing: Rule = {
  id: 'subscription-missing',
  title: 'Subscriptions are there',
  meaning: 'The sidecar of the app asks for no event of the topic, and says nothing.',
  shows: 'The stack has a subscription, and the namespace has no Subscription of that name.',
  mend: 'Apply it: `stack up`.',
  look: (evidence): Seen[] =>
    declaredIn(evidence).filter((declared) => !liveOf(evidence, declared)).map((declared) => {
      const names = evidence.things.subscriptions.map(({ name }) => name)
      return {
        subject: `Subscription/${declared.name}`,
        what: `it is missing: no event of ${declared.topic} reaches ${declared.app}`,
        evidence: [`${evidence.namespace} has the Subscriptions ${names.filter((name) => !isDeadLetterName(name)).join(', ') || '(none)'}`],
        fix: `apply Subscription ${declared.name} to ${evidence.namespace}: \`stack up\``,
        breaks: breaksOf(declared),
      }
    }),
}

const scopedAway: Rule = {
  id: 'subscription-scoped-away',
  title: 'Subscriptions are in the scope of their apps',
  meaning: 'A sidecar that is not in `scopes` does not take the Subscription, and says nothing.',
  shows: '`scopes` of the Subscription lacks its app.',
  mend: 'Add the app to `scopes`.',
  look: (evidence): Seen[] =>
    declaredIn(evidence).flatMap((declared): Seen[] => {
      const scopes = liveOf(evidence, declared)?.scopes ?? []
      if (scopes.length === 0 || scopes.includes(declared.app)) return []
      return [{ subject: `Subscription/${declared.name}`, what: `${declared.app} is not in its scopes`, evidence: [`scopes: ${scopes.join(', ')}`], fix: `add ${declared.app} to scopes of Subscription ${declared.name}`, breaks: breaksOf(declared) }]
    }),
}

const misdirected: Rule = {
  id: 'subscription-topic',
  title: 'Subscriptions are to their topics',
  meaning: 'The app gets the events of another topic or broker, or none.',
  shows: '`topic` or `pubsubname` of the Subscription is not what the stack declares.',
  mend: 'Correct it.',
  look: (evidence): Seen[] =>
    declaredIn(evidence).flatMap((declared): Seen[] => {
      const live = liveOf(evidence, declared)
      if (!live) return []
      const compared = [['topic', live.topic, declared.topic], ['pubsubname', live.pubsub, declared.pubsub]] as const
      return compared.filter(([, is, wanted]) => is !== wanted).map(([field, is, wanted]) => ({
        subject: `Subscription/${declared.name}`,
        what: `its ${field} is "${is}" instead of "${wanted}"`,
        evidence: [`spec.${field}: ${is}`, `the stack declares ${wanted}`],
        fix: `set spec.${field}: ${wanted}`,
        breaks: breaksOf(declared),
      }))
    }),
}

const routeOf = (live: SubscriptionThing): string | undefined => textOf(mapOf(valueAt(live.body, ['spec', 'routes']))['default']) ?? textOf(valueAt(live.body, ['spec', 'route']))
const hasRules = (live: SubscriptionThing): boolean => valueAt(live.body, ['spec', 'routes', 'rules']) !== undefined

const notFound = /non-retriable error returned from app while processing (bulk )?pub\/sub event.*status code returned: 404/

/** Events that an app answered with 404, by its sidecar: since it started, and as its last lines tell. */
const dropsOf = (sidecar: SidecarEvidence): string[] => sidecarLines(sidecar).filter((line) => notFound.test(line))

const route: Rule = {
  id: 'subscription-route',
  title: 'events go to routes that the apps have',
  meaning: 'An app answers 404 on a route that it does not have, and Dapr drops the event, or makes a dead letter of it, without trying again.',
  shows: 'The route of the Subscription is not the one that the app declares, or a sidecar tells of events that were answered with 404.',
  mend: 'Correct `spec.routes.default`, then make the pods of the app anew.',
  look: (evidence): Seen[] => [...wrongRoutes(evidence), ...unfoundRoutes(evidence)],
}

const wrongRoutes = (evidence: Evidence): Seen[] =>
  declaredIn(evidence).flatMap((declared): Seen[] => {
    const live = liveOf(evidence, declared)
    const is = live && routeOf(live)
    if (!live || declared.route === undefined || is === declared.route || (is === undefined && hasRules(live))) return []
    const own = evidence.sidecars.filter(({ app }) => app === declared.app)
    const dropped = own.flatMap(dropsOf)
    const counted = own.reduce((sum, { samples = [] }) => sum + deliveriesIn(samples, declared.pubsub, declared.topic).refused, 0)
    return [{
      subject: `Subscription/${declared.name}`,
      what: `its route is "${is ?? 'none'}", and ${declared.app} takes ${declared.topic} on "${declared.route}"`,
      evidence: [`spec.routes.default: ${is ?? 'nothing'}`, ...(counted > 0 ? [`${declared.app} did not take ${counted} deliveries of ${declared.topic} since its sidecar started`] : []), ...dropped.slice(-1).map((line) => `its sidecar says: ${line}`)],
      fix: `set spec.routes.default: ${declared.route}, then make the pods of ${declared.app} anew`,
      breaks: breaksOf(declared),
    }]
  })

/** Where the Subscriptions are as they should be, and the app has no such route all the same. */
const unfoundRoutes = (evidence: Evidence): Seen[] => {
  const wrong = wrongRoutes(evidence).flatMap(({ breaks = [] }) => breaks)
  return evidence.sidecars.filter(({ app }) => !wrong.includes(keys.app(app))).flatMap((sidecar): Seen[] => {
    const dropped = dropsOf(sidecar)
    if (dropped.length === 0) return []
    const routes = evidence.things.subscriptions.filter(({ scopes }) => scopes.length === 0 || scopes.includes(sidecar.app)).map((one) => `${one.name} leads to ${routeOf(one) ?? 'its rules'}`)
    return [{
      subject: podSubject(evidence, sidecar.pod),
      what: `${sidecar.app} answers events with 404, and they are dropped`,
      evidence: [`the sidecar of ${sidecar.pod.metadata.name} says so of ${dropped.length} events, last: ${dropped.at(-1) ?? ''}`, ...routes],
      fix: 'have the app serve the route of its Subscription, or correct the route (or the scopes, where the events are another app\'s)',
      breaks: [keys.app(sidecar.app)],
    }]
  })
}

const unlisted: Rule = {
  id: 'subscription-unlisted',
  title: 'sidecars have their Subscriptions',
  meaning: 'The sidecar runs without the subscription, and nothing else says why: no event comes.',
  shows: '`/v1.0/metadata` of the sidecar does not list the topic.',
  mend: 'Make the pod anew; else see the sidecar\'s log.',
  look: (evidence): Seen[] =>
    declaredIn(evidence).flatMap((declared): Seen[] => {
      const { name, app, topic, pubsub } = declared
      const without = evidence.sidecars.filter((one) => one.app === app && one.metadata?.subscriptions.every((listed) => listed.topic !== topic || listed.pubsubname !== pubsub))
      if (without.length === 0) return []
      return [{
        subject: `Subscription/${name}`,
        what: `the sidecar of ${app} does not have it`,
        evidence: without.map(({ pod, metadata }) => `pod ${pod.metadata.name} subscribes to ${metadata?.subscriptions.map((one) => one.topic).join(', ') || 'nothing'}`),
        fix: `make the pods of ${app} anew (\`kubectl rollout restart\`); else the log of the sidecar says why`,
        about: [...breaksOf(declared), keys.component(pubsub)],
        breaks: breaksOf(declared),
      }]
    }),
}

/** A Subscription, of whatever stack, whose broker the namespace does not have. */
const pubsubMissing: Rule = {
  id: 'subscription-pubsub',
  title: 'Subscriptions have their broker',
  meaning: 'Sidecars pass over a Subscription whose `pubsubname` they have no component for.',
  shows: 'No Component of the namespace has the name that `pubsubname` gives.',
  mend: 'Correct `pubsubname`, or apply the Component.',
  look: (evidence): Seen[] => {
    if (!evidence.listed.has('Component')) return []
    const components = evidence.things.components.map(({ name }) => name)
    return evidence.things.subscriptions.filter(({ pubsub }) => !components.includes(pubsub)).map((one) => {
      const guess = closest(one.pubsub, components)
      return {
        subject: `Subscription/${one.name}`,
        what: `there is no Component "${one.pubsub}" for its events`,
        evidence: [`spec.pubsubname: ${one.pubsub}`, `${evidence.namespace} has the Components ${components.join(', ') || '(none)'}`],
        fix: guess === undefined ? `apply Component ${one.pubsub}, or correct pubsubname` : `set spec.pubsubname: ${guess}`,
        about: [keys.component(one.pubsub), keys.topic(one.pubsub, one.topic)],
        breaks: [...one.scopes.map(keys.app), keys.topic(one.pubsub, one.topic)],
      }
    })
  },
}

/** What brings events to apps. */
export const subscriptionRules: readonly Rule[] = [missing, scopedAway, misdirected, pubsubMissing, route]

/** What else a subscription may have, after all that explains it. */
export const lateSubscriptionRules: readonly Rule[] = [unlisted]
