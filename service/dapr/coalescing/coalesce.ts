import { withTrace } from '../request-trace.ts'
import { SidecarUnavailable } from '../sidecar-errors.ts'
import { remainingMs, withTimeBudget } from '../time-budget.ts'

/** What a batch says of one of its items; `alone`: nothing that can be relied on, the item is to be sent by itself. */
export type Outcome<O> = { readonly value: O } | { readonly error: unknown } | 'alone'

export interface CoalesceOptions<I, O> {
  /** What is addressed, for error messages. */
  readonly target: string
  /** The longest that a call waits for its outcome, in milliseconds. A time budget around it shortens that. */
  readonly callMs: number
  /** Sends one item as if there were no batches. */
  readonly alone: (item: I) => Promise<O>
  /** Sends several items in one call. It has no time budget and no trace of any of its callers. */
  readonly together: (items: readonly I[]) => Promise<(item: I, index: number) => Outcome<O>>
  /** Sends an item that a batch had, and of which that said nothing. Default: `alone`. */
  readonly again?: (item: I) => Promise<O>
  /** What no two items of a batch may have in common. Default: nothing. */
  readonly keyOf?: (item: I) => string
  /** Bytes that an item adds to the call. Default: 0. */
  readonly sizeOf?: (item: I) => number
  /** Whether an item of the current caller must not be joined with others'. Default: never. */
  readonly isApart?: () => boolean
}

export const coalescing = {
  /** Calls under way at once; what comes meanwhile goes with the next one. */
  inFlight: 2,
  maxItems: 64,
  /** A quarter of what a sidecar takes. Bytes; a single item may be larger. */
  maxBytes: 1024 * 1024,
} as const

interface Waiting<I, O> {
  readonly item: I
  readonly settle: (outcome: Outcome<O> | 'turn') => void
}

/** The first of the queue, and what may go with it; takes them out. */
const takeBatch = <I, O>(queue: Waiting<I, O>[], { keyOf, sizeOf = () => 0 }: Pick<CoalesceOptions<I, O>, 'keyOf' | 'sizeOf'>): Waiting<I, O>[] => {
  const batch: Waiting<I, O>[] = []
  const left: Waiting<I, O>[] = []
  const keys = new Set<string>()
  let bytes = 0
  for (const waiting of queue) {
    const key = keyOf?.(waiting.item)
    const size = sizeOf(waiting.item)
    const isFull = batch.length > 0 && (batch.length >= coalescing.maxItems || bytes + size > coalescing.maxBytes)
    if (isFull || (key !== undefined && keys.has(key))) {
      left.push(waiting)
      continue
    }
    batch.push(waiting)
    bytes += size
    if (key !== undefined) keys.add(key)
  }
  queue.splice(0, queue.length, ...left)
  return batch
}

/** Waits in the queue; whoever waits too long leaves it. */
const enqueue = <I, O>(queue: Waiting<I, O>[], item: I, target: string, ms: number): Promise<Outcome<O> | 'turn'> =>
  new Promise((resolve, reject) => {
    const waiting: Waiting<I, O> = {
      item,
      settle: (outcome) => {
        clearTimeout(timer)
        resolve(outcome)
      },
    }
    const timer = setTimeout(() => {
      const place = queue.indexOf(waiting)
      if (place >= 0) queue.splice(place, 1)
      reject(new SidecarUnavailable(target, `no answer within ${ms} ms`))
    }, ms)
    queue.push(waiting)
  })

/**
 * Joins calls that come at the same time: those of one turn of the event loop go together, and while `coalescing.inFlight` are under way, others
 * wait for the next. A call that has no company goes at once, and by itself. Each caller gets the outcome of its own item; what a batch does not tell, the caller finds out
 * by sending its item alone.
 */
export const coalesce = <I, O>(options: CoalesceOptions<I, O>): ((item: I) => Promise<O>) => {
  const { target, callMs, alone, together, again = alone, isApart = () => false } = options
  const queue: Waiting<I, O>[] = []
  let inFlight = 0
  let scheduled = false

  /** After what the turn of the event loop still brings; an idle caller waits for some microseconds. */
  const schedule = (): void => {
    if (scheduled) return
    scheduled = true
    setImmediate(flush)
  }

  const send = async (batch: readonly Waiting<I, O>[]): Promise<void> => {
    try {
      const items = batch.map(({ item }) => item)
      const outcomeOf = await withTimeBudget(Infinity, () => withTrace({}, () => together(items)))
      for (const [index, { item, settle }] of batch.entries()) settle(outcomeOf(item, index))
    } catch (error) {
      for (const { settle } of batch) settle({ error })
    }
  }
  const release = (): void => {
    inFlight -= 1
    schedule()
  }
  const flush = (): void => {
    scheduled = false
    while (inFlight < coalescing.inFlight && queue.length > 0) {
      const batch = takeBatch(queue, options)
      inFlight += 1
      const [first] = batch
      if (batch.length === 1) first?.settle('turn')
      else void send(batch).then(release)
    }
  }

  return async (item) => {
    if (isApart()) return alone(item)
    const ms = Math.floor(Math.min(callMs, remainingMs()))
    if (ms <= 0) throw new SidecarUnavailable(target, 'the time budget of the request is used up')
    const waiting = enqueue<I, O>(queue, item, target, ms)
    schedule()
    const outcome = await waiting
    // Sent by the caller, so that the call has its trace and its time budget.
    if (outcome === 'turn') return alone(item).finally(release)
    if (outcome === 'alone') return again(item)
    if ('error' in outcome) throw outcome.error
    return outcome.value
  }
}
