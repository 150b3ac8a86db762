import { randomUUID } from 'node:crypto'

import type { CompletionDependencies, StoredTask } from './ports.ts'
import { fence, settled } from './task-changes.ts'
import { TaskContended } from './task-errors.ts'

const maxAttempts = 8

/** The bump comes last, and also where nothing is pending: a save that is still under way finds its version gone. */
const finish = async ({ store, events }: CompletionDependencies, id: string, { document, etag }: StoredTask) => {
  for (const event of document.pending) await events.publish(event)
  return store.bump(id, settled(document), etag)
}

/**
 * Completes what any writer may have left of a task: publishes what is pending, and fences saves that were sent but did not arrive. "Not
 * there" may mean "not yet", so a missing task gets a fence, too.
 * @throws when the store or the broker does not do its part, or others write all the time
 */
export const recoverTask = async (deps: CompletionDependencies, id: string): Promise<void> => {
  for (let count = 1; count <= maxAttempts; count += 1) {
    const stored = await deps.store.read(id)
    const outcome = stored ? await finish(deps, id, stored) : await deps.store.bump(id, fence({ at: new Date().toISOString(), writeId: randomUUID() }))
    if (outcome === 'saved') return
    await deps.pause()
  }
  throw new TaskContended(id, maxAttempts)
}
