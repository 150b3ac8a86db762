/** The route on which an app receives the events of a topic. */
export const eventRoute = (topic: string): string => `/events/${topic}`

/** The route on which an app serves an invoked method. */
export const methodRoute = (method: string): string => `/${method}`

/** The route on which an app receives the dead letters of a topic. */
export const deadLetterRoute = (topic: string): string => `/dead-letters/${topic}`

const deadLetterSuffix = '-dead-letter'

/** Where the events of a topic go that a handler refused for good. */
export const deadLetterTopic = (topic: string): string => `${topic}${deadLetterSuffix}`

/** The name of the Subscription that brings an app the dead letters of one of its Subscriptions. */
export const deadLetterSubscription = (subscription: string): string => `${subscription}${deadLetterSuffix}`

/** Whether a topic's or Subscription's name is one of those that are kept for dead letters. */
export const isDeadLetterName = (name: string): boolean => name.endsWith(deadLetterSuffix)
