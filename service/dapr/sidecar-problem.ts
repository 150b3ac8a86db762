import { Problem } from '../http/index.ts'
import { CalleeUnavailable, ComponentFailed, ComponentMissing, EtagMismatch, NotPermitted, SidecarUnavailable } from './sidecar-errors.ts'

const unavailable = [SidecarUnavailable, ComponentMissing, ComponentFailed, NotPermitted, CalleeUnavailable, EtagMismatch]

/** What a client is told of a sidecar's error: 503 naming the component, to be tried again. Other errors of the sidecar are bugs (500). */
export const sidecarProblem = (error: unknown): Problem | undefined =>
  unavailable.some((situation) => error instanceof situation) && error instanceof Error
    ? new Problem('unavailable', error.message, { retryAfterSeconds: 2 })
    : undefined
