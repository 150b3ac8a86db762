import { retention, type TaskEvent, type TaskStack, TaskSummary, type UserTasksPage, type UserTasksQuery } from '../../config/tasks/index.ts'
import type { BoundApp } from '../dapr/index.ts'
import { createPagedIndex, cursorAfter, fromOf, newestFirst } from '../paged-index/index.ts'
import type { TaskStore } from './ports.ts'
import { cachedTasks, type Newest, taskCache } from './task-cache.ts'
import { isTombstone } from './task-document.ts'

/** The tasks of each user, as far as their events came. */
export interface UserTasks {
  /** Lists a task of an owner as an event says it is, unless a newer one was there. Events may come in any order, any number of times. */
  enlist(event: TaskEvent): Promise<void>
  /** Takes a task off the list of its owner, for good. */
  strike(event: TaskEvent): Promise<void>
  list(userId: string, query: UserTasksQuery): Promise<UserTasksPage>
  /** Tasks that are not completed, those created last first, at most `max`. */
  openTasksOf(userId: string, max: number): Promise<readonly TaskSummary[]>
}

/** A summary is below 2 kB with the longest title, so that a page stays below 256 kB; usual ones have some 300 bytes. */
const tasksPerPage = 128
const pageOfOpenTasks = 500

const keyOf = ({ id, created_at: createdAt }: Pick<TaskSummary, 'id' | 'created_at'>): string => newestFirst(createdAt, id)
const isOpen = ({ status }: TaskSummary): boolean => status !== 'completed'

/**
 * What the list shows of a task after this event; `undefined` where it has no owner, as before there were any.
 * @throws ZodError when the event says what no task can be: one such entry would keep the whole list from being read
 */
const summaryOf = ({ task_id: id, title, status, priority, due_date, user_id, created_at, timestamp, sequence }: TaskEvent): TaskSummary | undefined =>
  user_id === null || created_at === undefined || priority === undefined
    ? undefined
    : TaskSummary.parse({ id, title, status, priority, due_date, user_id, created_at, updated_at: new Date(timestamp).toISOString(), version: sequence })

/** The answer from the newest tasks alone; `undefined` where they do not tell. */
const fromNewest = ({ tasks, complete }: Omit<Newest, 'schema'>, { status, limit, cursor }: UserTasksQuery): UserTasksPage | undefined => {
  const from = cursor === undefined ? '' : fromOf(cursor)
  const found = tasks.filter((task) => keyOf(task) >= from && (status === undefined || task.status === status))
  const last = found[limit - 1]
  if (last && found.length > limit) return { tasks: found.slice(0, limit), next_cursor: cursorAfter(keyOf(last)) }
  return complete ? { tasks: found, next_cursor: null } : undefined
}

export const userTasks = (dapr: Pick<BoundApp<TaskStack, 'task-api'>, 'state' | 'documents'>, store: Pick<TaskStore, 'read'>): UserTasks => {
  const index = createPagedIndex<TaskSummary>({
    state: dapr.state('statestore'), name: 'user-tasks', parser: dapr.documents['listed-task'], maxEntries: tasksPerPage, traceSeconds: retention.listTraceSeconds,
  })
  const cache = taskCache(dapr)

  const load = async (userId: string): Promise<Omit<Newest, 'schema'>> => {
    const { items, next } = await index.read(userId, { limit: cachedTasks })
    return { tasks: [...items], complete: next === undefined }
  }

  /** An event that is older than traces live may find none of the task's removal: then the task itself says. */
  const isLate = ({ timestamp }: TaskEvent): boolean => Date.now() - Date.parse(timestamp) > (retention.listTraceSeconds * 1000) / 2
  const isThere = async (id: string): Promise<boolean> => {
    const stored = await store.read(id)
    return stored !== undefined && !isTombstone(stored.document)
  }

  const apply = async (event: TaskEvent, change: (task: TaskSummary) => Promise<void>): Promise<void> => {
    const task = summaryOf(event)
    if (!task) return
    await change(task)
    // Also when nothing changed: the one that changed it may have died before.
    await cache.empty(task.user_id)
  }

  return {
    enlist: (event) =>
      apply(event, async (task) => {
        if (isLate(event) && !(await isThere(task.id))) return
        await index.put(task.user_id, { key: keyOf(task), sequence: task.version, value: task })
      }),
    strike: (event) => apply(event, (task) => index.remove(task.user_id, { key: keyOf(task), sequence: task.version })),
    list: async (userId, query) => {
      const page = fromNewest(await cache.read(userId, () => load(userId)), query)
      if (page) return page
      const { limit, cursor, status } = query
      const { items, next = null } = await index.read(userId, { limit, cursor, matches: (task) => status === undefined || task.status === status })
      return { tasks: [...items], next_cursor: next }
    },
    openTasksOf: async (userId, max) => {
      const tasks: TaskSummary[] = []
      for (let cursor: string | undefined; tasks.length < max; ) {
        const { items, next } = await index.read(userId, { limit: Math.min(pageOfOpenTasks, max - tasks.length), cursor, matches: isOpen })
        tasks.push(...items)
        if (next === undefined) break
        cursor = next
      }
      return tasks
    },
  }
}
