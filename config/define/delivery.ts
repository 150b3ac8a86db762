/** How an event that a handler refuses is delivered again before it goes to the topic's dead-letter topic. */
export interface Delivery {
  /** Deliveries after the first, exponentially further apart. Integer, 1-10. */
  readonly maxRetries: number
  /** The longest pause between two deliveries, in seconds, give or take half of it. Integer, 1-15. */
  readonly maxIntervalSeconds: number
  /** How long a handler may take before its delivery counts as failed, in seconds. Integer, 1-30. */
  readonly timeoutSeconds: number
}

export const defaultDelivery: Delivery = { maxRetries: 6, maxIntervalSeconds: 10, timeoutSeconds: 5 }

export const deliveryLimits = {
  maxRetries: { min: 1, max: 10 },
  maxIntervalSeconds: { min: 1, max: 15 },
  timeoutSeconds: { min: 1, max: 30 },
} as const

/** Redis hands an event to another consumer when its processing takes longer; all deliveries must be over by then. Seconds. */
export const processingSeconds = 60

// The back-off of dapr/kit `retry` with the policy `exponential`. Its jitter comes on top of the longest interval.
const firstPauseSeconds = 0.5
const growth = 1.5
const jitter = 1.5

/** The longest time from the first delivery to the dead letter, in seconds: every handler times out, every pause is at its longest. */
export const longestDeliverySeconds = ({ maxRetries, maxIntervalSeconds, timeoutSeconds }: Delivery): number => {
  const pauses = Array.from({ length: maxRetries }, (_, retry) => jitter * Math.min(firstPauseSeconds * growth ** retry, maxIntervalSeconds))
  return pauses.reduce((sum, pause) => sum + pause, 0) + (maxRetries + 1) * timeoutSeconds
}
