import { setTimeout as delay } from 'node:timers/promises'

import { writeConfirmed } from './confirmed-write.ts'
import { EtagMismatch } from './sidecar-errors.ts'
import type { SaveOptions } from './sidecar.ts'
import type { Parser, StateStore } from './state-store.ts'

/** A change of one value that several writers may make at once. */
export interface ValueChange<T> {
  readonly key: string
  readonly parser: Parser<T>
  /**
   * The new value; `undefined` leaves what is there. Called again with what another writer made of it, or with its own result when an
   * answer was lost: a change that happened must find nothing left to do.
   */
  readonly change: (current: T | undefined) => T | undefined
  readonly options?: SaveOptions
}

const longestTries = 10
const pauseMs = 20

/**
 * Reads, changes and writes a value, again when another writer was faster. Gives what is stored then.
 * @throws SidecarError when the store fails, EtagMismatch when others are faster every time
 */
export const changeValue = async <T>(state: StateStore, { key, parser, change, options }: ValueChange<T>): Promise<T | undefined> => {
  let current = await state.get(key, parser)
  for (let tries = 1; ; tries += 1) {
    const value = change(current?.value)
    if (value === undefined) return current?.value
    const precondition = current ? { etag: current.etag } : ({ firstWrite: true } as const)
    const outcome = await writeConfirmed(state, { key, value, precondition, parser, isOwn: () => false, ...(options && { options }) })
    if (outcome.written) return value
    if (tries === longestTries) throw new EtagMismatch(`"${key}"`, `${tries} writes in a row lost to other writers`)
    // Writers that met once part ways.
    await delay(Math.random() * pauseMs * tries)
    current = outcome.current
  }
}
