import { setTimeout as delay } from 'node:timers/promises'

/**
 * Tries every 50 ms until the probe gives something; what the probe throws counts as nothing.
 * @throws Error naming what was waited for and the last error, after `seconds`
 */
export const until = async <T>(what: string, seconds: number, probe: () => Promise<T | undefined | false>): Promise<T> => {
  const end = performance.now() + seconds * 1000
  let last: unknown
  do {
    try {
      const found = await probe()
      if (found !== undefined && found !== false) return found
    } catch (error) {
      last = error
    }
    await delay(50)
  } while (performance.now() < end)
  throw new Error(`no ${what} within ${seconds} s`, { cause: last })
}
