import { randomUUID } from 'node:crypto'

import { Problem } from '../../http/index.ts'
import type { Log } from '../handlers.ts'
import { SidecarUnavailable } from '../sidecar-errors.ts'
import { createSoon } from '../soon.ts'
import type { StateStore } from '../state-store.ts'
import { remainingMs, withTimeBudget } from '../time-budget.ts'
import { type Clock, systemClock } from './clock.ts'
import { type Complete, completeAll } from './complete-all.ts'
import { type Condition, createCondition } from './condition.ts'
import { createHeldKeys } from './held-keys.ts'
import { createOwnJournal, type OwnJournal } from './own-journal.ts'
import { createRegistry } from './registry.ts'
import { createSpareKeys } from './spare-keys.ts'
import { createTakeover } from './takeover.ts'
import type { JournalTiming } from './timing.ts'

/** `conflict` says that the save did not happen and never will; a save whose outcome is not known rejects. */
export type SaveOutcome = 'saved' | 'conflict'

/** A key that is guarded for the time of one change. */
export interface Held {
  /**
   * Sends a save once the journal covers the key. What the save is conditioned on must have been read before: then whoever takes over
   * in between has made the condition untrue.
   */
  save(send: () => Promise<SaveOutcome>): Promise<SaveOutcome>
  /** The change stands, but something of it is left to complete. */
  leaveUnfinished(): void
  /** Does some work of the change soon after it is answered, together with that of others. The key is guarded until then. It must not reject. */
  afterwards(work: () => Promise<void>): void
}

/** Lets no change end half done, whatever becomes of this replica: what guards changes. */
export interface ChangeGuard {
  /** A key that nobody has: one whose first save need not wait for the journal, where there is one. Guard it in the same turn. */
  newKey(): string
  /**
   * Runs a change of the document under a key. If the work rejects after a save was sent, or this replica dies, the key is completed later.
   * @throws Problem 503 when too much is unfinished, or this replica is shutting down
   */
  guard<T>(key: string, work: (held: Held) => Promise<T>): Promise<T>
}

/** The journal of a replica, with the care for those of others. */
export interface Journal extends ChangeGuard {
  /** Begins to renew the lease, to complete what is unfinished, and to look at the other replicas. */
  start(): void
  /** Hands over to the other replicas, in bounded time; a failure leaves it to the end of the lease. Never rejects. */
  close(): Promise<void>
}

export interface JournalOptions {
  readonly state: StateStore
  readonly complete: Complete
  readonly timing: JournalTiming
  /** How long the mark of a closed journal stays; seconds. */
  readonly closedSeconds: number
  readonly log: Log
  /** Default: this process's. */
  readonly clock?: Clock
  /** Makes an id that no replica ever had. Default: a random UUID. */
  readonly newId?: () => string
  /** Makes a key that there never was. Default: a random UUID. */
  readonly newKey?: () => string
  /** Keys in the journal ahead of their use. Integer, 0 or more. Default: 64. */
  readonly spareKeys?: number
  /** From 0 to 1; spreads the looks of several replicas. Default: `Math.random`. */
  readonly random?: () => number
}

/** How long the goodbye of a replica may take. */
const closeMs = 3_000
const spread = 0.2

/** How often what a change leaves is put off while its key is changed again: what both do at once, one of them does twice. */
const mostDeferrals = 10

/** The keys that belong into the journal: held by changes, or unfinished. */
const createKeys = () => {
  const held = createHeldKeys()
  const unfinished = new Map<string, number>()
  let marks = 0
  return {
    /** By key, which mark made it so: a newer mark is about a later save. */
    unfinished,
    mark: (key: string) => unfinished.set(key, (marks += 1)),
    all: () => [...new Set([...held.all(), ...unfinished.keys()])],
    get size() { return held.size + unfinished.size },
    hold: (key: string) => held.hold(key),
  }
}
type Keys = ReturnType<typeof createKeys>

/** The journal serves many requests at once; none waits for it longer than its own time. */
const inTime = async (write: Promise<void>): Promise<void> => {
  const ms = remainingMs()
  if (ms === Infinity) return write
  let timer: NodeJS.Timeout | undefined
  const tooLate = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => { reject(new SidecarUnavailable('the journal of changes', 'the time budget of the request is used up')) }, ms)
  })
  return Promise.race([write, tooLate]).finally(() => { clearTimeout(timer) })
}

/** Tells whether a save may be under way, or may have happened without its event. */
const createHeld = (key: string, own: OwnJournal) => {
  const works: (() => Promise<void>)[] = []
  let inDoubt = false
  let left = false
  // Begun at once, so that it runs while the change reads.
  let writing = own.covers(key) ? undefined : own.write()
  writing?.catch(() => undefined)
  const cover = async (): Promise<void> => {
    while (!own.covers(key)) {
      const write = writing ?? own.write()
      writing = undefined
      await inTime(write)
    }
  }
  const held: Held = {
    save: async (send) => {
      await cover()
      inDoubt = true
      const outcome = await send()
      inDoubt = outcome === 'saved'
      return outcome
    },
    leaveUnfinished: () => { left = true },
    afterwards: (work) => { works.push(work) },
  }
  return { held, works, isUnfinished: (failed: boolean) => left || (failed && inDoubt) }
}

/** Runs `work` again and again, each time `ms` (give or take the spread) after it ended. */
const repeat = (clock: Clock, ms: () => number, work: () => Promise<void>): (() => void) => {
  let stopped = false
  let cancel = (): void => undefined
  const again = (): void => {
    if (!stopped) cancel = clock.after(ms(), () => void withTimeBudget(Infinity, work).then(again))
  }
  again()
  return () => {
    stopped = true
    cancel()
  }
}

const retryUnfinished = async ({ unfinished }: Keys, complete: Complete, condition: Condition): Promise<void> => {
  const before = new Map(unfinished)
  const { done, left, error } = await completeAll([...before.keys()], complete)
  for (const key of done) if (unfinished.get(key) === before.get(key)) unfinished.delete(key)
  for (const key of left) {
    // Those that failed go to the end.
    const mark = unfinished.get(key) ?? 0
    unfinished.delete(key)
    unfinished.set(key, mark)
  }
  if (left.length > 0) condition.fails(error)
  else condition.works()
}

const reported = (work: () => Promise<void>, condition: Condition) => () => work().then(() => { condition.works() }, (error: unknown) => { condition.fails(error) })

/** A journal in a state store. Nothing is written, and nobody knows of it, before the first change. */
export const createJournal = ({ state, complete, timing, closedSeconds, log, clock = systemClock(), newId = randomUUID, newKey = randomUUID, spareKeys = 64, random = Math.random }: JournalOptions): Journal => {
  const keys = createKeys()
  const registry = createRegistry(state)
  const own = createOwnJournal({ state, registry, clock, timing, newId, keys: keys.all, spareKeys: createSpareKeys(spareKeys, newKey), closedSeconds })
  const soon = createSoon(clock)
  const takeover = createTakeover({ state, registry, clock, timing, complete, closedSeconds, log })
  const stops: (() => void)[] = []
  let closing = false

  const look = async (): Promise<void> => {
    const { id, registered } = own
    const replicas = await registry.list()
    if (registered && !replicas.includes(id)) own.forgotten(id)
    await takeover.look(replicas.filter((replica) => replica !== own.id))
  }

  return {
    newKey: () => own.takeSpare() ?? newKey(),
    guard: async (key, work) => {
      if (closing) throw new Problem('unavailable', 'the service is shutting down; try again', { retryAfterSeconds: 1 })
      if (keys.size >= timing.maxKeys) throw new Problem('unavailable', `${keys.size} changes wait for the store or the broker; try again`, { retryAfterSeconds: 2 })
      const hold = keys.hold(key)
      const { held, works, isUnfinished } = createHeld(key, own)
      const end = (failed: boolean): void => {
        if (isUnfinished(failed)) keys.mark(key)
        hold.release()
      }
      const later = (deferrals = 0): void => {
        soon.add(async () => {
          if (!hold.isQuiet() && deferrals < mostDeferrals && !closing) {
            later(deferrals + 1)
            return
          }
          await Promise.all(works.map((one) => one()))
          end(false)
        })
      }
      try {
        const result = await work(held).finally(() => { hold.over() })
        if (works.length === 0) end(false)
        else later()
        return result
      } catch (error) {
        end(true)
        throw error
      }
    },
    start: () => {
      const scanMs = (): number => timing.scanMs * (1 - spread + 2 * spread * random())
      const finish = createCondition(log, 'Completing unfinished changes')
      stops.push(
        repeat(clock, () => timing.heartbeatMs, reported(() => own.beat(), createCondition(log, 'Renewing the lease of the journal'))),
        repeat(clock, () => timing.retryMs, () => retryUnfinished(keys, complete, finish)),
        repeat(clock, scanMs, reported(look, createCondition(log, 'Looking at the journals of other replicas'))),
      )
    },
    close: async () => {
      closing = true
      for (const stop of stops) stop()
      await withTimeBudget(closeMs, () => soon.finish().then(() => own.close())).catch((error: unknown) => log.warn({ err: error }, 'The journal is left to the end of its lease'))
    },
  }
}
