import type { Preferences, User, UserCreate } from '../../config/tasks/index.ts'
import type { Caller } from '../http/index.ts'
import type { UserDependencies } from './ports.ts'
import { defaultPreferences, type PreferencesStore } from './preferences.ts'
import { identityOf, registerUser } from './register-user.ts'
import { factsNow } from './task-changes.ts'
import { isLive } from './user-document.ts'
import { UserNotFound } from './user-errors.ts'

/** What clients, and jobs, can do with users. */
export interface UserUseCases {
  /**
   * When it returns, the user and the event are durable. With an Idempotency-Key, requests of that key register one user. A caller who is
   * a user registers under their own id, and is given what they registered the first time.
   */
  register(caller: Caller, fields: UserCreate, correlationId: string, key?: string): Promise<User>
  /** @throws UserNotFound */
  readUser(id: string): Promise<User>
  /**
   * What the user set, or the defaults where that was never or too long ago.
   * @throws UserNotFound
   */
  readPreferences(id: string): Promise<Preferences>
  /** @throws UserNotFound */
  setPreferences(id: string, preferences: Preferences): Promise<Preferences>
}

export const userUseCases = (deps: UserDependencies, preferences: PreferencesStore): UserUseCases => {
  const readUser = async (id: string): Promise<User> => {
    const stored = await deps.store.read(id)
    if (!stored || !isLive(stored.document)) throw new UserNotFound(id)
    return stored.document.user
  }
  return {
    register: (caller, fields, correlationId, key) => registerUser(deps, fields, factsNow(correlationId), identityOf(caller, fields, key)),
    readUser,
    readPreferences: async (id) => (await preferences.find(id)) ?? preferences.ensure(id, defaultPreferences((await readUser(id)).time_zone)),
    setPreferences: async (id, wanted) => {
      await readUser(id)
      return preferences.replace(id, wanted)
    },
  }
}
