import { ComponentFailed, EtagMismatch } from '../sidecar-errors.ts'
import type { StateStore } from '../state-store.ts'
import { withTimeBudget } from '../time-budget.ts'
import type { Clock } from './clock.ts'
import { JournalDocument, journalKey } from './documents.ts'
import type { Registry } from './registry.ts'
import type { SpareKeys } from './spare-keys.ts'
import type { JournalTiming } from './timing.ts'

export interface OwnJournalOptions {
  readonly state: StateStore
  readonly registry: Registry
  readonly clock: Clock
  readonly timing: JournalTiming
  readonly newId: () => string
  /** The keys that belong into the journal now. */
  readonly keys: () => readonly string[]
  readonly spareKeys: SpareKeys
  /** How long the mark of the closed journal stays; seconds. */
  readonly closedSeconds: number
}

/** The journal that this replica writes. It is the only one to write it while it is open; each write is a compare-and-swap all the same. */
export interface OwnJournal {
  readonly id: string
  /** Whether others can find it. */
  readonly registered: boolean
  /** Whether the stored journal has the key and the lease is not over: a save under the key may be sent now. */
  covers(key: string): boolean
  /** A key that nobody has used and that the journal covers, where there is one. Hold it in the same turn. */
  takeSpare(): string | undefined
  /** Writes the keys. Calls made while a write is under way share the next one. */
  write(): Promise<void>
  /** Writes if nothing was written for a heartbeat. */
  beat(): Promise<void>
  /** The registry does not have this id although it was registered: the next write registers it again. */
  forgotten(id: string): void
  /** Leaves the keys that there still are to the other replicas, and writes no more. */
  close(): Promise<void>
}

/** What is known of the journal in the store. */
interface Standing {
  readonly id: string
  registered: boolean
  /** Whether it was ever written, as far as its writer knows. */
  written: boolean
  /** The version to write over; `unknown` after each write until it is read. */
  version: { readonly etag: string | undefined } | 'unknown'
  /** Keys that are in the stored journal for certain. */
  confirmed: ReadonlySet<string>
  sentAt: number
}

const fresh = (id: string): Standing => ({ id, registered: false, written: false, version: { etag: undefined }, confirmed: new Set(), sentAt: -Infinity })
const maxTries = 3

/** Another write of ours landed late, or the store failed without saying whether it wrote: worth another try over what is there. */
const mayRetry = (error: unknown): boolean => error instanceof EtagMismatch || error instanceof ComponentFailed

const retried = async (work: () => Promise<void>): Promise<void> => {
  for (let count = 1; ; count += 1) {
    try {
      await work()
      return
    } catch (error) {
      if (count === maxTries || !mayRetry(error)) throw error
    }
  }
}

export const createOwnJournal = ({ state, registry, clock, timing, newId, keys, spareKeys, closedSeconds }: OwnJournalOptions): OwnJournal => {
  let standing = fresh(newId())
  let closed = false
  let running: Promise<void> | undefined
  let next: Promise<void> | undefined

  const leaseIsOver = (): boolean => clock.latest() >= standing.sentAt + timing.leaseMs

  /** Learns the version to write over. A journal that others closed, or that is gone, is given up for a new one. */
  const adopt = async (): Promise<void> => {
    const stored = await state.get(journalKey(standing.id), JournalDocument)
    if (stored ? !stored.value.open : standing.written) {
      standing = fresh(newId())
      // Who took over has put fences under them.
      spareKeys.clear()
    } else standing.version = { etag: stored?.etag }
  }

  const save = async (open: boolean): Promise<void> => {
    const now = standing
    const next = open ? [...keys(), ...spareKeys.fill()] : keys()
    const etag = now.version === 'unknown' ? undefined : now.version.etag
    now.version = 'unknown'
    now.confirmed = new Set(next.filter((key) => now.confirmed.has(key)))
    const sentAt = clock.latest()
    await state.save(journalKey(now.id), { schema: 1, open, keys: next }, etag === undefined ? { firstWrite: true } : { etag }, open ? {} : { ttlSeconds: closedSeconds })
    Object.assign(now, { written: true, confirmed: new Set(next), sentAt })
  }

  const tryWrite = async (): Promise<void> => {
    if (standing.written && leaseIsOver()) standing.version = 'unknown'
    if (standing.version === 'unknown') await adopt()
    if (!standing.registered) {
      await registry.add(standing.id)
      standing.registered = true
    }
    await save(true)
  }

  /** Who waits is told at once; the version is read while they work, before the next write. */
  const start = (): Promise<void> => {
    next = undefined
    // The write serves many requests: none of them may bound it.
    const written = withTimeBudget(Infinity, () => retried(tryWrite))
    running = written.then(() => withTimeBudget(Infinity, adopt)).catch(() => undefined).finally(() => { running = undefined })
    return written
  }

  const write = async (): Promise<void> => {
    if (closed) throw new EtagMismatch('the journal', 'it is closed')
    return (next ??= running?.then(start)) ?? start()
  }

  const handOver = async (): Promise<void> => {
    const { id } = standing
    if (standing.version === 'unknown') await adopt()
    // Otherwise it was taken over already.
    if (standing.id !== id) return
    await save(false)
    if (keys().length === 0) await registry.remove(id)
  }

  const covers = (key: string): boolean => !closed && standing.registered && standing.confirmed.has(key) && !leaseIsOver()

  return {
    get id() { return standing.id },
    get registered() { return standing.registered },
    covers,
    takeSpare: () => {
      const key = spareKeys.take(covers)
      // Not before whoever takes it holds it: the write would leave it out.
      if (key !== undefined && spareKeys.areLow) void Promise.resolve().then(write).catch(() => undefined)
      return key
    },
    write,
    beat: async () => {
      if (standing.written && !closed && clock.latest() >= standing.sentAt + timing.heartbeatMs) await write()
    },
    forgotten: (id) => {
      if (id === standing.id) standing.registered = false
    },
    close: async () => {
      closed = true
      await (next?.catch(() => undefined))
      await running
      if (standing.written) await handOver()
    },
  }
}
