/** The route on which an app receives the events of a topic. */
export const eventRoute = (topic: string): string => `/events/${topic}`

/** The route on which an app serves an invoked method. */
export const methodRoute = (method: string): string => `/${method}`

const deadLetterSuffix = '-dead-letter'

/** Where the events of a topic go that a handler refused for good. */
export const deadLetterTopic = (topic: string): string => `${topic}${deadLetterSuffix}`

export const isDeadLetterTopic = (topic: string): boolean => topic.endsWith(deadLetterSuffix)
