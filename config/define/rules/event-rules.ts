import { deliveryLimits, longestDeliverySeconds, processingSeconds } from '../delivery.ts'
import { deadLetterSubscription, isDeadLetterName } from '../names.ts'
import { dnsLabel, malformed, outOfRange, repeated, type Rule, servicesOf, unknown } from './checks.ts'
import { declaredSubscriptions, publishedTopics } from './references.ts'

/** Rules of what travels between apps: publishing, subscriptions and how their events are delivered. */
export const eventRules: readonly Rule[] = [
  (stack) =>
    servicesOf(stack).flatMap(([app, { publishes = [] }]) => unknown(`services.${app}.publishes`, 'topic', publishes, Object.keys(stack.topics))),
  (stack) => declaredSubscriptions(stack).flatMap(({ path, topic }) => unknown(path, 'topic', [topic], Object.keys(stack.topics))),
  (stack) => declaredSubscriptions(stack).flatMap(({ path, name }) => malformed(`${path}.name`, [name], dnsLabel)),
  (stack) =>
    declaredSubscriptions(stack)
      .filter(({ name }) => isDeadLetterName(name))
      .map(({ path }) => ({ path: `${path}.name`, message: `names like ${deadLetterSubscription('<name>')} are kept for dead letters; choose another` })),
  (stack) =>
    declaredSubscriptions(stack).flatMap(({ path, app, marks }) =>
      unknown(`${path}.marks`, `state store of ${app}`, [marks], stack.services[app]?.state ?? []),
    ),
  (stack) =>
    repeated(
      declaredSubscriptions(stack).map(({ path, name }) => [`${path}.name`, name] as const),
      (name, first) => `"${name}" is also ${first}; a Subscription's name is unique in its namespace`,
    ),
  (stack) =>
    declaredSubscriptions(stack)
      .filter(({ topic }) => Object.hasOwn(stack.topics, topic) && !publishedTopics(stack).has(topic))
      .map(({ path, topic }) => ({
        path,
        message: `no service publishes "${topic}"; add it to the \`publishes\` of one, or remove the subscription`,
      })),
  ({ delivery }) => outOfRange('delivery.maxRetries', delivery.maxRetries, deliveryLimits.maxRetries),
  ({ delivery }) => outOfRange('delivery.maxIntervalSeconds', delivery.maxIntervalSeconds, deliveryLimits.maxIntervalSeconds),
  ({ delivery }) => outOfRange('delivery.timeoutSeconds', delivery.timeoutSeconds, deliveryLimits.timeoutSeconds),
  ({ delivery }) => {
    const seconds = Math.ceil(longestDeliverySeconds(delivery))
    return seconds <= processingSeconds
      ? []
      : [{ path: 'delivery', message: `all deliveries of an event may take ${seconds} s; Redis gives it away after ${processingSeconds} s. Lower maxRetries or timeoutSeconds` }]
  },
]
