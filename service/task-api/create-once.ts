import type { Held } from '../dapr/index.ts'
import { complete } from './complete.ts'
import { Contended } from './contended.ts'
import type { Changing, HoldingDocument } from './ports.ts'

/** Bounds the work for one request under contention; at the end of it the client gets 409. */
export const maxAttempts = 8

/** The first document of a subject, under an id that other requests may use too. */
export interface Creation<D> {
  readonly id: string
  readonly document: D
  /** Whether what is stored only stands in the way of a creation whose replica died: this one takes its place. */
  readonly isFence: (stored: D) => boolean
}

/**
 * Saves a first document and publishes its events, or gives the document that is there already.
 * @throws Contended when others were faster at each attempt
 */
export const createOnce = async <D extends HoldingDocument<E>, E>(deps: Changing<D, E>, held: Held, { id, document, isFence }: Creation<D>): Promise<D | undefined> => {
  let etag: string | undefined
  for (let count = 1; count <= maxAttempts; count += 1) {
    const over = etag
    if ((await held.save(() => deps.store.save(id, document, over))) === 'saved') {
      await complete(deps, held, id, document)
      return undefined
    }
    const stored = await deps.store.read(id)
    if (stored && !isFence(stored.document)) return stored.document
    etag = stored?.etag
    await deps.pause()
  }
  throw new Contended(id, maxAttempts)
}
