/** How the sidecars' calls to components and to other apps are bounded and repeated. Deliveries of events have their own: `Delivery`. */
export interface Resilience {
  /** The longest a state store, broker or secret store may take to answer a sidecar, in seconds. Nothing is repeated. Integer, 1-60. */
  readonly componentSeconds: number
  /** The longest one attempt to invoke a method may take, in seconds. Integer, 1-60. */
  readonly attemptSeconds: number
  /** Attempts after the first, of idempotent methods only, until the caller gives up. Integer, 1-20. */
  readonly maxRetries: number
  /** The pause between two attempts, in milliseconds. Integer, 50-5,000. */
  readonly pauseMs: number
  /** Attempts in a row that must fail until calls of a method fail at once. Integer, 5-1,000. */
  readonly breakerFailures: number
  /** How long they do; then one attempt decides whether it goes on. In seconds. Integer, 1-30. */
  readonly breakerSeconds: number
}

export const defaultResilience: Resilience = {
  componentSeconds: 5,
  attemptSeconds: 2,
  maxRetries: 10,
  pauseMs: 200,
  breakerFailures: 20,
  breakerSeconds: 2,
}

export const resilienceLimits = {
  componentSeconds: { min: 1, max: 60 },
  attemptSeconds: { min: 1, max: 60 },
  maxRetries: { min: 1, max: 20 },
  pauseMs: { min: 50, max: 5_000 },
  breakerFailures: { min: 5, max: 1_000 },
  breakerSeconds: { min: 1, max: 30 },
} as const satisfies Record<keyof Resilience, { readonly min: number; readonly max: number }>
