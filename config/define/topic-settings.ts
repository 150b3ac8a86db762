/** How a broker keeps a topic. A broker that has no such thing, or not for each topic, does what docs/decisions.md says. */
export interface TopicSettings {
  /** How many replicas of an app can take part in the topic's events where a broker divides topics (Kafka). Integer, 1-100. More can be had later, fewer cannot. */
  readonly partitions: number
  /** Copies of each event. Integer, 1-7; a broker with fewer servers keeps as many as it has servers. */
  readonly replication: number
  /** How long an event stays on the broker, handled or not, in hours. Integer, 1-8760 (a year). */
  readonly retentionHours: number
}

/** What a topic is that says nothing: three partitions, three copies, seven days. */
export const defaultTopicSettings: TopicSettings = { partitions: 3, replication: 3, retentionHours: 168 }

export const topicLimits = {
  partitions: { min: 1, max: 100 },
  replication: { min: 1, max: 7 },
  retentionHours: { min: 1, max: 8760 },
} as const satisfies Record<keyof TopicSettings, { readonly min: number; readonly max: number }>

/** All settings of a topic, the defaults for those that it does not say. */
export const topicSettings = ({
  partitions = defaultTopicSettings.partitions,
  replication = defaultTopicSettings.replication,
  retentionHours = defaultTopicSettings.retentionHours,
}: Partial<TopicSettings>): TopicSettings => ({ partitions, replication, retentionHours })

/** Settings of a topic's dead-letter topic: those of the topic, but kept for seven days at least, as an app that keeps them may be away for long. */
export const deadLetterSettings = (settings: TopicSettings): TopicSettings => ({
  ...settings,
  retentionHours: Math.max(settings.retentionHours, defaultTopicSettings.retentionHours),
})
