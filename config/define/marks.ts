/** How long an app keeps what it knows of the events it was given, in seconds. */
export const keptSeconds = {
  /** The mark of a handled event: a delivery of it within this time calls no handler. One day. */
  handled: 86_400,
  /** The note of a failed delivery, of use until the event is a dead letter. One day. */
  failure: 86_400,
} as const

// No ":" is in a topic's name. Ids come from outside, and Dapr refuses keys that hold `||`.
const keyOf = (what: string, topic: string, id: string): string => `${what}:${topic}:${encodeURIComponent(id)}`

/** Key of the mark that says that an app handled an event of a topic. */
export const handledKey = (topic: string, id: string): string => keyOf('handled', topic, id)

/** Key of the note that says how deliveries of an event failed. */
export const failureKey = (topic: string, id: string): string => keyOf('failure', topic, id)

/** Key of the record of a dead letter. */
export const deadLetterKey = (topic: string, id: string): string => keyOf('dead-letter', topic, id)
