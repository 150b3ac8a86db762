import { Problem } from '../http/index.ts'

/** There is no such task, or it was removed. */
export class TaskNotFound extends Error {
  override readonly name = 'TaskNotFound'
  constructor(id: string) {
    super(`there is no task ${id}`)
  }
}

/** The caller's version of the task is not the current one. */
export class TaskStale extends Error {
  override readonly name = 'TaskStale'
  constructor(id: string, version: number) {
    super(`task ${id} is at version ${version} now; read it again and decide anew`)
  }
}

/** Other writers changed the task at each attempt. */
export class TaskContended extends Error {
  override readonly name = 'TaskContended'
  constructor(id: string, attempts: number) {
    super(`task ${id} was changed by others at each of ${attempts} attempts; try again`)
  }
}

/** What a client is told of these. */
export const taskProblem = (error: unknown): Problem | undefined => {
  if (error instanceof TaskNotFound) return new Problem('not-found', error.message)
  if (error instanceof TaskStale) return new Problem('precondition-failed', error.message)
  if (error instanceof TaskContended) return new Problem('conflict', error.message, { retryAfterSeconds: 1 })
  return undefined
}
