import type { StackGraph } from './graph.ts'
import { deadLetterSettings, type TopicSettings } from './topic-settings.ts'

/** A topic as its broker must have it. */
export interface BrokerTopic {
  readonly name: string
  readonly settings: TopicSettings
  /** Ids of the apps that hear it, sorted. */
  readonly subscribers: readonly string[]
}

/** Every topic of a stack, each followed by the one that its dead letters go to. */
export const brokerTopics = ({ topics }: StackGraph): BrokerTopic[] =>
  topics.flatMap(({ name, deadLetterTopic, settings, subscribers }) => [
    { name, settings, subscribers },
    // The subscribers hear their own dead letters.
    { name: deadLetterTopic, settings: deadLetterSettings(settings), subscribers },
  ])

/** The longest time that an event stays on the broker behind a pubsub component, in hours; `undefined` where it carries no topic. */
export const longestRetentionHours = (graph: StackGraph, pubsub: string): number | undefined => {
  const topics = brokerTopics({ ...graph, topics: graph.topics.filter((topic) => topic.pubsub === pubsub) })
  return topics.length > 0 ? Math.max(...topics.map(({ settings }) => settings.retentionHours)) : undefined
}
