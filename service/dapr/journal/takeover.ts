import type { Log } from '../handlers.ts'
import { ComponentFailed, EtagMismatch } from '../sidecar-errors.ts'
import type { StateStore, Stored } from '../state-store.ts'
import type { Clock } from './clock.ts'
import { type Complete, completeAll } from './complete-all.ts'
import { JournalDocument, journalKey } from './documents.ts'
import type { Registry } from './registry.ts'
import type { JournalTiming } from './timing.ts'

export interface TakeoverOptions {
  readonly state: StateStore
  readonly registry: Registry
  readonly clock: Clock
  readonly timing: Pick<JournalTiming, 'leaseMs' | 'marginMs'>
  readonly complete: Complete
  readonly closedSeconds: number
  readonly log: Log
}

/** Looks at the journals of all replicas but one, and completes what those left that are gone. */
export interface Takeover {
  /** @throws the first thing that went wrong, after it looked at every journal */
  look(replicas: readonly string[]): Promise<void>
}

/** A journal version, and since when this replica has seen no other. */
interface Sighting {
  readonly etag: string | undefined
  readonly since: number
}

/**
 * A replica is gone when its journal stays the same for its lease and a margin, by this replica's clock alone: clocks of different
 * machines are never compared. Two that take over at once complete the same keys, which does no harm.
 */
export const createTakeover = ({ state, registry, clock, timing, complete, closedSeconds, log }: TakeoverOptions): Takeover => {
  const sightings = new Map<string, Sighting>()

  const isSilent = (replica: string, etag: string | undefined): boolean => {
    const seen = sightings.get(replica)
    if (seen?.etag === etag && seen !== undefined) return clock.now() - seen.since >= timing.leaseMs + timing.marginMs
    sightings.set(replica, { etag, since: clock.now() })
    return false
  }

  /** Leaves what is left, in a journal that its owner can no longer write. False when the owner, or another, wrote in between. */
  const close = async (replica: string, stored: Stored<JournalDocument> | undefined, left: readonly string[]): Promise<boolean> => {
    const closed = { ...stored?.value, schema: 1, open: false, keys: left }
    try {
      await state.save(journalKey(replica), closed, stored ? { etag: stored.etag } : { firstWrite: true }, left.length === 0 ? { ttlSeconds: closedSeconds } : {})
      return true
    } catch (error) {
      if (error instanceof EtagMismatch || error instanceof ComponentFailed) return false
      throw error
    }
  }

  const take = async (replica: string, stored: Stored<JournalDocument> | undefined): Promise<void> => {
    const keys = stored?.value.keys ?? []
    const { done, left, error } = await completeAll(keys, complete)
    const isClosed = stored !== undefined && !stored.value.open && keys.length === 0
    if (!isClosed && !(await close(replica, stored, left))) return
    if (left.length > 0) throw error
    await registry.remove(replica)
    sightings.delete(replica)
    if (!isClosed) log.info({ replica, changes: done.length }, 'Completed what a replica that is gone left in its journal')
  }

  const lookAt = async (replica: string): Promise<void> => {
    const stored = await state.get(journalKey(replica), JournalDocument)
    const handedOver = stored !== undefined && !stored.value.open
    if (handedOver || isSilent(replica, stored?.etag)) await take(replica, stored)
  }

  return {
    look: async (replicas) => {
      for (const replica of sightings.keys()) if (!replicas.includes(replica)) sightings.delete(replica)
      const results = await Promise.allSettled(replicas.map(lookAt))
      const failure = results.find((result) => result.status === 'rejected')
      if (failure) throw failure.reason
    },
  }
}
