import { setTimeout as sleep } from 'node:timers/promises'

/** How long to keep asking, and how often. */
export interface Patience {
  /** Seconds until the last failure is thrown on. */
  readonly seconds: number
  /** Seconds between two tries. @default 0.5 */
  readonly everySeconds?: number
}

const isAbort = (error: unknown): boolean => error instanceof Error && error.name === 'AbortError'

/** Calls until the call succeeds, and answers with what it answered. After `seconds` the last error is thrown on, and at once where the call was aborted. */
export const eventually = async <T>(call: () => Promise<T>, { seconds, everySeconds = 0.5 }: Patience): Promise<T> => {
  const end = Date.now() + seconds * 1000
  for (;;) {
    try {
      return await call()
    } catch (error) {
      if (Date.now() >= end || isAbort(error)) throw error
    }
    await sleep(everySeconds * 1000)
  }
}
