import { type Preferences, type PreferencesDocument, retention, type TaskStack } from '../../config/tasks/index.ts'
import { type BoundApp, changeValue } from '../dapr/index.ts'

/** What users want to be told. The store forgets it `retention.preferencesSeconds` after it was last written. */
export interface PreferencesStore {
  find(userId: string): Promise<Preferences | undefined>
  /** Gives what is there; where nothing is, it puts these there. */
  ensure(userId: string, defaults: Preferences): Promise<Preferences>
  replace(userId: string, preferences: Preferences): Promise<Preferences>
}

/** What a user is told who said nothing else. */
export const defaultPreferences = (timeZone: string): Preferences => ({ time_zone: timeZone, digest: true, reminder: true })

const same = (one: Preferences, other: Preferences): boolean =>
  one.time_zone === other.time_zone && one.digest === other.digest && one.reminder === other.reminder

export const preferencesStore = (dapr: Pick<BoundApp<TaskStack, 'task-api'>, 'state' | 'documents'>): PreferencesStore => {
  const state = dapr.state('statestore')
  const parser = dapr.documents.preferences
  const keyOf = (userId: string): string => `user-preferences:${userId}`
  const change = async (userId: string, preferences: Preferences, stays: (current: PreferencesDocument) => boolean): Promise<Preferences> => {
    const stored = await changeValue<PreferencesDocument>(state, {
      key: keyOf(userId),
      parser,
      change: (current) => (current && stays(current) ? undefined : { schema: 1, preferences }),
      options: { ttlSeconds: retention.preferencesSeconds },
    })
    return stored?.preferences ?? preferences
  }
  return {
    find: async (userId) => (await state.get(keyOf(userId), parser))?.value.preferences,
    ensure: (userId, defaults) => change(userId, defaults, () => true),
    replace: async (userId, preferences) => {
      // Written again also when nothing changes: it is what the time to live counts from.
      let written = false
      return change(userId, preferences, (current) => {
        const done = written && same(current.preferences, preferences)
        written = true
        return done
      })
    },
  }
}
