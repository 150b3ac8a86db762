import type { Held } from '../dapr/index.ts'
import type { TaskDependencies } from './ports.ts'
import { settled } from './task-changes.ts'
import type { TaskDocument } from './task-document.ts'

/** Clears `pending`, unless another writer has taken the document, and its pending events, over. */
const settle = async ({ store, log }: TaskDependencies, held: Held, id: string, written: TaskDocument): Promise<void> => {
  try {
    const current = await store.read(id)
    if (current?.document.write_id !== written.write_id) return
    // Redis calls a failure a conflict too, so this need not be another writer.
    if ((await store.bump(id, settled(current.document), current.etag)) === 'conflict') held.leaveUnfinished()
  } catch (error) {
    held.leaveUnfinished()
    log.warn({ err: error, task_id: id }, 'Published events stay pending, they are published again later')
  }
}

/**
 * Publishes what is pending in a stored document, oldest first, and then clears it. When it returns, every event is published.
 * @throws what the publisher throws; what is pending stays so
 */
export const complete = async (deps: TaskDependencies, held: Held, id: string, document: TaskDocument): Promise<void> => {
  for (const event of document.pending) await deps.events.publish(event)
  if (document.pending.length > 0) await settle(deps, held, id, document)
}
