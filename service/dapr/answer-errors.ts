import * as z from 'zod'

import type { SidecarAnswer } from './http-transport.ts'
import {
  CalleeUnavailable,
  CallRejected,
  ComponentFailed,
  ComponentMissing,
  EtagMismatch,
  InvocationRefused,
  NotPermitted,
  type SidecarError,
} from './sidecar-errors.ts'

const ErrorBody = z.object({ errorCode: z.string() })

/** The `errorCode` of Dapr's error body; empty when the body is none. */
const errorCodeOf = (text: string): string => {
  try {
    return ErrorBody.safeParse(JSON.parse(text)).data?.errorCode ?? ''
  } catch {
    return ''
  }
}

const reasonOf = ({ status, text }: SidecarAnswer): string => `${status} ${text.slice(0, 500)}`

/** The error that an answer of the state, publish, secrets or metadata API stands for. The code goes first: the status of a missing component differs by API. */
export const componentError = (answer: SidecarAnswer, target: string): SidecarError => {
  const reason = reasonOf(answer)
  if (/_NOT_(FOUND|CONFIGURED)$/.test(errorCodeOf(answer.text))) return new ComponentMissing(target, reason)
  if (answer.status === 409) return new EtagMismatch(target, reason)
  if (answer.status === 401 || answer.status === 403) return new NotPermitted(target, reason)
  return answer.status >= 500 ? new ComponentFailed(target, reason) : new CallRejected(target, reason)
}

const retriable: readonly number[] = [408, 425, 429]

/** The error that an answer of the invoke API stands for; the status may be the other app's or the sidecar's. */
export const invocationError = (answer: SidecarAnswer, target: string): SidecarError => {
  const { status } = answer
  return status >= 500 || retriable.includes(status)
    ? new CalleeUnavailable(target, status, reasonOf(answer))
    : new InvocationRefused(target, status, reasonOf(answer))
}
