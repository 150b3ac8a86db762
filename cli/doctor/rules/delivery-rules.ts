import type { Evidence } from '../evidence.ts'
import { serviceBehind } from '../facts.ts'
import { keys } from '../keys.ts'
import type { Rule, Seen } from '../rule.ts'

/** So many events may be under way at any moment. */
export const usualBacklog = 100

/** Topics of a component that the stack or its Subscriptions name. */
const wantedTopics = ({ graph, things }: Evidence, component: string): string[] => {
  const declared = (graph?.topics ?? []).filter(({ pubsub }) => pubsub === component).map(({ name }) => name)
  const subscribed = [...(graph?.subscriptions ?? []), ...things.subscriptions].filter(({ pubsub }) => pubsub === component).flatMap(({ topic, deadLetterTopic }) => [topic, ...(deadLetterTopic === undefined ? [] : [deadLetterTopic])])
  return [...new Set([...declared, ...subscribed])]
}

const topicMissing: Rule = {
  id: 'topic-missing',
  title: 'brokers have the topics',
  meaning: 'Publishing on the topic fails, and subscribers hear nothing; a broker that makes no topics by itself does not mend that.',
  shows: 'The broker, asked in its pod, does not list the topic.',
  mend: 'Make the topic: the Job of the Kafka server does, when the stack is applied.',
  look: (evidence): Seen[] =>
    evidence.brokers.flatMap(({ component, topics }): Seen[] => {
      const missing = topics === undefined ? [] : wantedTopics(evidence, component).filter((topic) => !topics.includes(topic))
      if (missing.length === 0) return []
      const service = serviceBehind(evidence, component)
      return [{
        subject: `Component/${component}`,
        what: `its broker has no topic ${missing.join(', ')}`,
        evidence: [`the broker has the topics ${topics?.join(', ') || '(none)'}`],
        fix: `make ${missing.length === 1 ? 'it' : 'them'}: \`stack up\` runs the Job that does, once the old one is gone; else \`kafka-topics.sh --create\``,
        about: [...(service === undefined ? [] : [keys.service(service)])],
        breaks: [...missing.map((topic) => keys.topic(component, topic)), ...(evidence.graph?.topics ?? []).filter(({ name }) => missing.includes(name)).flatMap(({ publishers }) => publishers.map(keys.app))],
      }]
    }),
}

const lag: Rule = {
  id: 'consumer-lag',
  title: 'subscribers keep up',
  meaning: 'Events wait, and come late: the app handles fewer than come, or none.',
  shows: `More than ${usualBacklog} events are not delivered, and no fewer when the broker is asked again.`,
  mend: 'Give the app more pods, or see why it is slow or refuses.',
  look: ({ brokers, namespace, things }): Seen[] =>
    brokers.flatMap(({ component, backlogs }) =>
      backlogs.filter(({ topic, count, later }) => things.subscriptions.some((one) => one.topic === topic) && count > usualBacklog && later !== undefined && later >= count).map(({ app, topic, count, later }) => ({
        subject: `App/${app}`,
        what: `${later ?? count} events of ${topic} wait for it`,
        evidence: [`the broker had ${count} that ${app} had not handled, and then ${later ?? count}`],
        fix: `see why ${app} does not handle them (its log, its limits), or give it more pods: kubectl scale deployment ${app} -n ${namespace} --replicas 2`,
        about: [keys.app(app), keys.topic(component, topic), keys.component(component)],
      })),
    ),
}

const deadLetters: Rule = {
  id: 'dead-letters',
  title: 'no dead letters wait',
  meaning: 'The app could not handle these events, however often they came; what they were to do has not been done.',
  shows: 'The app\'s index of dead letters is not empty, or events are on a dead-letter topic that nobody reads.',
  mend: 'Mend what the last error says, then replay them with `npm run dlq`, or drop them.',
  look: ({ deadLetters: all }): Seen[] =>
    all.filter(({ count }) => count > 0).map(({ app, pubsub, topic, count, lastError }) => ({
      subject: `App/${app}`,
      what: `${count} dead ${count === 1 ? 'letter' : 'letters'} of ${topic} ${count === 1 ? 'waits' : 'wait'}`,
      evidence: lastError === undefined ? [`${count} on the dead-letter topic of ${topic}`] : [`${count} in the index of ${app}`, `last error of one: ${lastError.slice(0, 200)}`],
      fix: 'mend what the error says, then replay them: `npm run dlq -- replay` (docs/dead-letters.md)',
      about: [keys.app(app), keys.topic(pubsub, topic), keys.component(pubsub)],
    })),
}

/** What became of events. */
export const deliveryRules: readonly Rule[] = [topicMissing, lag, deadLetters]
