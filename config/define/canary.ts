/**
 * Type of the CloudEvent by which `stack up` proves that a subscription delivers: an app answers it with SUCCESS, gives it to no handler
 * and keeps nothing of it. No topic declares it.
 */
export const canaryType = 'stack.canary'
