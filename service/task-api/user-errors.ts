import { Problem } from '../http/index.ts'

/** Nobody is registered under the id. */
export class UserNotFound extends Error {
  override readonly name = 'UserNotFound'
  constructor(id: string) {
    super(`there is no user ${id}`)
  }
}

/** What a client is told of it. */
export const userProblem = (error: unknown): Problem | undefined => (error instanceof UserNotFound ? new Problem('not-found', error.message) : undefined)
