import { setTimeout as sleep } from 'node:timers/promises'

import type { SourceView } from './view.ts'

/** Something that is looked at again and again. */
export interface Source<T> {
  readonly name: string
  /** Milliseconds between the end of a look and the next one. */
  readonly everyMs: number
  /** Milliseconds until a look is given up. */
  readonly boundMs: number
  readonly look: () => Promise<T>
  /** Takes what a look gave, in time. */
  readonly accept: (answer: T) => void
  /** A look was given up: what it hung on may hang for ever. */
  readonly gaveUp: () => void
}

/** A source that is watched. */
export interface Watch {
  readonly view: () => SourceView
  /** Looks until the signal is aborted; `changed` is called after each look. */
  readonly run: (signal: AbortSignal, changed: () => void) => Promise<void>
  /** Has the next look made now. */
  readonly nudge: () => void
}

const late = Symbol('late')
/** What failed is tried again after this at most. */
const againMs = 10_000

/** Whatever a look throws is what the page says of it: one that fails must not take the others down. */
const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** Watches a source: a look that throws or takes too long leaves the last answer and says why. */
export const watch = <T>({ name, everyMs, boundMs, look, accept, gaveUp }: Source<T>): Watch => {
  let view: SourceView = { name, state: 'waiting' }
  let wake = new AbortController()
  const silent = (why: string): void => { view = { ...view, state: 'silent', why } }

  /** Makes one look; false where nobody waits for it any more. */
  const once = async (signal: AbortSignal): Promise<boolean> => {
    const timer = new AbortController()
    try {
      const answer = await Promise.race([look(), sleep(boundMs, late, { signal: timer.signal })])
      if (signal.aborted) return false
      if (answer === late) {
        silent(`no answer in ${boundMs / 1000} s`)
        gaveUp()
      } else {
        accept(answer)
        view = { name, state: 'answers', at: new Date().toISOString() }
      }
    } catch (error) {
      silent(wordsOf(error))
    } finally {
      timer.abort()
    }
    return !signal.aborted
  }
  return {
    view: () => view,
    run: async (signal, changed) => {
      while (!signal.aborted) {
        wake = new AbortController()
        if (!(await once(signal))) return
        changed()
        await sleep(view.state === 'answers' ? everyMs : Math.min(everyMs, againMs), undefined, { signal: AbortSignal.any([signal, wake.signal]) }).catch(() => undefined)
      }
    },
    nudge: () => { wake.abort() },
  }
}
