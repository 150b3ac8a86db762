import { Problem } from '../http/index.ts'
import { Contended } from './contended.ts'

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

/** A user creates a task for another one. */
export class TaskOfAnother extends Error {
  override readonly name = 'TaskOfAnother'
  constructor(userId: string) {
    super(`the task is for user ${userId}, and the token is another user's`)
  }
}

/** The Idempotency-Key of a creation belongs to a task that was removed. */
export class TaskOfKeyRemoved extends Error {
  override readonly name = 'TaskOfKeyRemoved'
  constructor(id: string) {
    super(`this Idempotency-Key created task ${id}, which was removed since; use a new key to create another`)
  }
}

/** The Idempotency-Key of a creation belongs to what was created with other fields. */
export class KeyReused extends Error {
  override readonly name = 'KeyReused'
  constructor(what: 'task' | 'user', id: string) {
    super(`this Idempotency-Key created ${what} ${id} with another body; send the same body again, or use a new key`)
  }
}

/** What a client is told of these. */
export const taskProblem = (error: unknown): Problem | undefined => {
  if (error instanceof TaskNotFound) return new Problem('not-found', error.message)
  if (error instanceof TaskOfAnother) return new Problem('forbidden', error.message)
  if (error instanceof TaskStale) return new Problem('precondition-failed', error.message)
  if (error instanceof Contended) return new Problem('conflict', error.message, { retryAfterSeconds: 1 })
  if (error instanceof TaskOfKeyRemoved) return new Problem('gone', error.message)
  if (error instanceof KeyReused) return new Problem('key-reused', error.message)
  return undefined
}
