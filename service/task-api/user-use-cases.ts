import type { Preferences, TaskStack, User, UserCreate } from '../../config/tasks/index.ts'
import type { BoundApp } from '../dapr/index.ts'
import type { Caller } from '../http/index.ts'
import { followUser } from './digest-job.ts'
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
  /** The same; `undefined` where there is no such user. */
  findPreferences(id: string): Promise<Preferences | undefined>
  /** @throws UserNotFound */
  setPreferences(id: string, preferences: Preferences): Promise<Preferences>
}

export interface UserUseCaseDependencies extends UserDependencies {
  readonly dapr: Pick<BoundApp<TaskStack, 'task-api'>, 'jobs'>
}

export const userUseCases = (deps: UserUseCaseDependencies, preferences: PreferencesStore): UserUseCases => {
  const findUser = async (id: string): Promise<User | undefined> => {
    const stored = await deps.store.read(id)
    return stored && isLive(stored.document) ? stored.document.user : undefined
  }
  const readUser = async (id: string): Promise<User> => {
    const user = await findUser(id)
    if (!user) throw new UserNotFound(id)
    return user
  }
  /** The digest follows last: a client who is not answered sets them again. */
  const followed = async (id: string, wanted: Preferences): Promise<Preferences> => {
    await followUser(deps.dapr, id, wanted)
    return wanted
  }
  const withDefaults = async ({ id, time_zone: zone }: User): Promise<Preferences> => followed(id, await preferences.ensure(id, defaultPreferences(zone)))
  const findPreferences = async (id: string): Promise<Preferences | undefined> => {
    const found = await preferences.find(id)
    if (found) return found
    const user = await findUser(id)
    return user && withDefaults(user)
  }
  return {
    register: (caller, fields, correlationId, key) => registerUser(deps, fields, factsNow(correlationId), identityOf(caller, fields, key)),
    readUser,
    findPreferences,
    readPreferences: async (id) => {
      const found = await findPreferences(id)
      if (!found) throw new UserNotFound(id)
      return found
    },
    setPreferences: async (id, wanted) => {
      await readUser(id)
      return followed(id, await preferences.replace(id, wanted))
    },
  }
}
