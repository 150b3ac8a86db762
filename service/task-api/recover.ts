import { settled } from './complete.ts'
import { Contended } from './contended.ts'
import type { Completion, HoldingDocument, StoredDocument } from './ports.ts'

const maxAttempts = 8

/** The bump comes last, and also where nothing is pending: a save that is still under way finds its version gone. */
const finish = async <D extends HoldingDocument<E>, E>({ store, events }: Completion<D, E>, id: string, { document, etag }: StoredDocument<D>) => {
  for (const event of document.pending) await events.publish(event)
  return store.bump(id, settled(document), etag)
}

/**
 * Completes what any writer may have left of a document: publishes what is pending, and fences saves that were sent but did not arrive.
 * "Not there" may mean "not yet", so a missing document gets a fence, too.
 * @throws when the store or the broker does not do its part, or others write all the time
 */
export const recover = async <D extends HoldingDocument<E>, E>(deps: Completion<D, E>, id: string, fence: () => D): Promise<void> => {
  for (let count = 1; count <= maxAttempts; count += 1) {
    const stored = await deps.store.read(id)
    const outcome = stored ? await finish(deps, id, stored) : await deps.store.bump(id, fence())
    if (outcome === 'saved') return
    await deps.pause()
  }
  throw new Contended(id, maxAttempts)
}
