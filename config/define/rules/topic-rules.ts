import { canaryType } from '../canary.ts'
import { deadLetterTopic, isDeadLetterName } from '../names.ts'
import { topicLimits, topicSettings } from '../topic-settings.ts'
import { malformedKeys, type NameForm, outOfRange, type Rule, unknown } from './checks.ts'
import { componentsOfKind } from './references.ts'

// Kafka takes 249 characters, and the dead-letter topic adds its suffix; NATS takes no empty part between dots.
const topicName: NameForm = {
  pattern: /^(?=.{1,200}$)[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$/,
  words: '1-200 of letters, digits, "_" and "-", in parts with single dots between them',
}

const settingNames = ['partitions', 'replication', 'retentionHours'] as const

export const topicRules: readonly Rule[] = [
  ({ topics }) => malformedKeys('topics', Object.keys(topics), topicName),
  ({ topics }) =>
    Object.keys(topics)
      .filter(isDeadLetterName)
      .map((topic) => ({ path: `topics.${topic}`, message: `names like ${deadLetterTopic('<topic>')} are kept for dead letters; choose another` })),
  (stack) =>
    Object.entries(stack.topics).flatMap(([topic, { pubsub }]) =>
      unknown(`topics.${topic}.pubsub`, 'pubsub component', [pubsub], componentsOfKind(stack, 'pubsub')),
    ),
  ({ topics }) =>
    Object.entries(topics)
      .filter(([, { events }]) => Object.keys(events).length === 0)
      .map(([topic]) => ({ path: `topics.${topic}.events`, message: 'there is no event type; add one or remove the topic' })),
  ({ topics }) =>
    Object.entries(topics)
      .filter(([, { events }]) => Object.hasOwn(events, canaryType))
      .map(([topic]) => ({ path: `topics.${topic}.events.${canaryType}`, message: 'the type is kept for the proof of `stack up` that events flow; choose another' })),
  ({ topics }) =>
    Object.entries(topics).flatMap(([name, topic]) => {
      const settings = topicSettings(topic)
      return settingNames.flatMap((setting) => outOfRange(`topics.${name}.${setting}`, settings[setting], topicLimits[setting]))
    }),
]
