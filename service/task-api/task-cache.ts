import { randomUUID } from 'node:crypto'

import * as z from 'zod'

import { pageLimits, retention, type TaskStack, TaskSummary } from '../../config/tasks/index.ts'
import { type BoundApp, changeValue, SidecarError, writeConfirmed } from '../dapr/index.ts'
import { createBatches } from '../paged-index/index.ts'

/** The tasks of a user that were created last; `complete` when these are all. */
const Newest = z.object({ schema: z.literal(1), tasks: z.array(TaskSummary), complete: z.boolean() })
export type Newest = z.infer<typeof Newest>

/** What an event leaves that changed the list. */
const Emptied = z.object({ schema: z.literal(1), mark: z.string() })

const Cached = z.union([Newest, Emptied])
type Cached = z.infer<typeof Cached>

/** One more than the longest page has: it tells whether there is another one. */
export const cachedTasks = pageLimits.max + 1

const options = { ttlSeconds: retention.tasksCacheSeconds }

/** The newest tasks of each user, for an hour. */
export interface TaskCache {
  /** What is cached, or what `load` gives, which is cached then. */
  read(userId: string, load: () => Promise<Omit<Newest, 'schema'>>): Promise<Omit<Newest, 'schema'>>
  /** Called after an event was applied to the list; when it returns, nothing that was loaded before it is given any more, or put here. */
  empty(userId: string): Promise<void>
}

/**
 * Why it is never staler than the last event that was handled: whoever loads has read the cache before, and writes only over that version,
 * or where nothing was. An event is applied to the list first and then writes its mark here. So what is loaded either has the event, or the
 * mark changed the version in between and it is not written, or the mark comes after it and takes its place. The mark lives for as long as
 * what is cached. Redis would let a write over a version pass where nothing is any more, but a write that is an hour late there is not.
 */
export const taskCache = (dapr: Pick<BoundApp<TaskStack, 'task-api'>, 'state'>): TaskCache => {
  const state = dapr.state('statestore')
  const keyOf = (userId: string): string => `tasks-cache:${userId}`
  const empty = createBatches<undefined>(Infinity, async (userId) => {
    const mark = randomUUID()
    await changeValue<Cached>(state, {
      key: keyOf(userId),
      parser: Cached,
      change: (current) => (current && 'mark' in current && current.mark === mark ? undefined : { schema: 1, mark }),
      options,
    })
  })
  return {
    read: async (userId, load) => {
      const key = keyOf(userId)
      const stored = await state.get(key, Cached)
      if (stored && 'tasks' in stored.value) return stored.value
      const loaded = await load()
      const precondition = stored ? { etag: stored.etag } : ({ firstWrite: true } as const)
      try {
        await writeConfirmed<Cached>(state, { key, value: { schema: 1, ...loaded }, precondition, parser: Cached, isOwn: () => false, options })
      } catch (error) {
        // What was loaded is right all the same.
        if (!(error instanceof SidecarError)) throw error
      }
      return loaded
    },
    // One mark for all events that were applied before it is begun.
    empty: (userId) => empty(userId, undefined),
  }
}
