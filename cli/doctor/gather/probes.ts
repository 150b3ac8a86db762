import { setTimeout as sleep } from 'node:timers/promises'

import type { Unlooked } from '../unlooked.ts'

/** Makes looks that may fail or never end, and keeps why they could not be made. */
export interface Probes {
  /** What the look gives; undefined where it could not be made in time. `what` names it to people. */
  readonly look: <T>(what: string, call: () => Promise<T>) => Promise<T | undefined>
  readonly unlooked: readonly Unlooked[]
}

const oneLine = (error: unknown): string => (error instanceof Error ? error.message || error.name : String(error)).replaceAll(/\s+/g, ' ').slice(0, 300)

/** Probes that are given up after `ms` each. */
export const probesWithin = (ms: number): Probes => {
  const unlooked: Unlooked[] = []
  const look: Probes['look'] = async (what, call) => {
    const over = new AbortController()
    const late = sleep(ms, undefined, { signal: over.signal }).then(() => { throw new Error(`no answer in ${ms / 1000} s`) })
    try {
      return await Promise.race([call(), late])
    } catch (error) {
      // A look may fail in any way that a cluster can: all of them are told, none ends the others.
      unlooked.push({ what, why: oneLine(error) })
      return undefined
    } finally {
      over.abort()
      late.catch(() => undefined)
    }
  }
  return { look, unlooked }
}
