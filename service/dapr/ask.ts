import { componentError } from './answer-errors.ts'
import { ShapeMismatch, type SidecarError } from './sidecar-errors.ts'
import type { SidecarAnswer, SidecarCall, Transport } from './http-transport.ts'

/** Asks the sidecar; any answer but 2xx is the error that it stands for. */
export type Ask = (call: SidecarCall, errorOf?: (answer: SidecarAnswer, target: string) => SidecarError) => Promise<SidecarAnswer>

export const isSuccess = ({ status }: SidecarAnswer): boolean => status >= 200 && status <= 299

export const askOver = (transport: Transport): Ask => async (call, errorOf = componentError) => {
  const answer = await transport.call(call)
  if (!isSuccess(answer)) throw errorOf(answer, call.target)
  return answer
}

/** A name as one segment of a path. */
export const segment = encodeURIComponent

/** The JSON of an answer; `undefined` for an empty one. */
export const jsonOf = (text: string, target: string): unknown => {
  try {
    return text === '' ? undefined : JSON.parse(text)
  } catch {
    throw new ShapeMismatch(target, 'the answer is not JSON')
  }
}
