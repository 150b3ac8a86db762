import type { JobContext } from '../dapr/index.ts'
import { anyone } from '../http/index.ts'
import type { TaskStore } from './ports.ts'
import { TaskNotFound, TaskStale } from './task-errors.ts'
import { cleanupOf } from './task-jobs.ts'
import type { TaskUseCases } from './use-cases.ts'

export interface CleanupDependencies {
  readonly store: Pick<TaskStore, 'read'>
  readonly tasks: Pick<TaskUseCases, 'remove'>
}

/** Removes a task as a client would, if it is completed and still at the version that the job was made for. */
export const cleanUp =
  ({ store, tasks }: CleanupDependencies) =>
  async ({ version }: { readonly version: number }, { id, correlationId, log }: JobContext): Promise<void> => {
    const wanted = cleanupOf((await store.read(id))?.document)
    try {
      if (wanted?.data.version !== version) throw new TaskNotFound(id)
      await tasks.remove(anyone, id, (current) => current === version, correlationId)
      log.info({ task_id: id }, 'Removed a task that was completed long ago')
    } catch (error) {
      if (!(error instanceof TaskNotFound || error instanceof TaskStale)) throw error
      log.info({ task_id: id, version }, 'This clean-up is out of date')
    }
  }
