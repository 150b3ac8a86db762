import { ComponentFailed, EtagMismatch, SidecarUnavailable } from './sidecar-errors.ts'
import type { Precondition, SaveOptions } from './sidecar.ts'
import type { Parser, StateStore, Stored } from './state-store.ts'

/** A write whose outcome is found out even when the store's answer does not say it. */
export interface ConfirmedWrite<T> {
  readonly key: string
  readonly value: T
  readonly precondition: Precondition
  readonly parser: Parser<T>
  /** Whether what is stored is what this very write put there. */
  readonly isOwn: (stored: T) => boolean
  readonly options?: SaveOptions
}

export type WriteOutcome<T> = { readonly written: true } | { readonly written: false; readonly current: Stored<T> | undefined }

const saysNothing = (error: unknown): boolean =>
  error instanceof EtagMismatch || error instanceof ComponentFailed || error instanceof SidecarUnavailable

/** Whether a write that is still under way must fail: only where its condition is untrue for good. A value that is gone may satisfy it again on Redis. */
const neverLands = (precondition: Precondition, current: Stored<unknown> | undefined): boolean =>
  current !== undefined && ('firstWrite' in precondition || current.etag !== precondition.etag)

/**
 * Saves, and reads back when the answer is in doubt: Redis reports any failure of a conditional write as an ETag mismatch and a conflict
 * of a first write as a failure, and a write may happen although its answer is lost. `written: false` says that it never will.
 * @throws SidecarError when the write failed for another reason than its precondition, or when its outcome cannot be found out
 */
export const writeConfirmed = async <T>(state: StateStore, write: ConfirmedWrite<T>): Promise<WriteOutcome<T>> => {
  const { key, value, precondition, parser, isOwn, options } = write
  try {
    await state.save(key, value, precondition, options)
    return { written: true }
  } catch (error) {
    if (!saysNothing(error)) throw error
    const current = await state.get(key, parser)
    if (current && isOwn(current.value)) return { written: true }
    if (neverLands(precondition, current)) return { written: false, current }
    throw error
  }
}
