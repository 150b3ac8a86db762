import type { Held } from '../dapr/index.ts'
import type { Changing, HoldingDocument } from './ports.ts'

/** The document once its events are published: the same version, nothing pending. */
export const settled = <D extends HoldingDocument<unknown>>(document: D): D => ({ ...document, pending: [] })

/** Clears `pending`, unless another writer has taken the document, and its pending events, over. */
const settle = async <D extends HoldingDocument<E>, E>({ store, log }: Changing<D, E>, held: Held, id: string, written: D): Promise<void> => {
  try {
    const current = await store.read(id)
    if (current?.document.write_id !== written.write_id) return
    // Redis calls a failure a conflict too, so this need not be another writer.
    if ((await store.bump(id, settled(current.document), current.etag)) === 'conflict') held.leaveUnfinished()
  } catch (error) {
    held.leaveUnfinished()
    log.warn({ err: error, id }, 'Published events stay pending, they are published again later')
  }
}

/**
 * Publishes what is pending in a stored document, oldest first, and clears it soon after. When it returns, every event is published.
 * @throws what the publisher throws; what is pending stays so
 */
export const complete = async <D extends HoldingDocument<E>, E>(deps: Changing<D, E>, held: Held, id: string, document: D): Promise<void> => {
  for (const event of document.pending) await deps.events.publish(event)
  if (document.pending.length === 0) return
  const forget = deps.store.published(document)
  held.afterwards(() => settle(deps, held, id, document).finally(forget))
}
