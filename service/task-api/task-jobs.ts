import { jobsOfTask, type LiveDocument, retention, type TaskDocument, type TaskEvent, type TaskEventType, type TaskStack, timetable } from '../../config/tasks/index.ts'
import type { BoundApp, Job } from '../dapr/index.ts'
import { Contended } from './contended.ts'
import type { TaskStore } from './ports.ts'
import { isTombstone } from './task-document.ts'

/** Where the task is, unless it is removed. */
export const liveDocument = (document: TaskDocument | undefined): LiveDocument | undefined => (document && !isTombstone(document) ? document : undefined)

/** When a task's reminder comes: at once where its time has passed and the task is still to be done; never once it was due. */
export const reminderOf = (document: TaskDocument | undefined, now: Date): Job<{ due_date: string }> | undefined => {
  const task = liveDocument(document)?.task
  if (!task?.due_date || task.status === 'completed') return undefined
  const due = Date.parse(task.due_date)
  return due <= now.getTime() ? undefined : { at: new Date(Math.max(now.getTime(), due - timetable.reminderLeadMs)), data: { due_date: task.due_date } }
}

/** When a completed task is removed. Each change of it puts that off. */
export const cleanupOf = (document: TaskDocument | undefined): Job<{ version: number }> | undefined => {
  const live = liveDocument(document)
  if (live?.task.status !== 'completed') return undefined
  return { at: new Date(Date.parse(live.task.updated_at) + retention.completedTaskSeconds * 1000), data: { version: live.version } }
}

/** What an event of this type may end: a due date that the task had before, or its being completed. */
const mayEnd: Readonly<Record<TaskEventType, { readonly dueDate: boolean; readonly completion: boolean }>> = {
  'task.created': { dueDate: false, completion: false },
  'task.pending': { dueDate: false, completion: true },
  'task.in_progress': { dueDate: false, completion: true },
  'task.completed': { dueDate: false, completion: true },
  'task.updated': { dueDate: true, completion: true },
  'task.deleted': { dueDate: false, completion: true },
}

interface Touched {
  readonly reminder: boolean
  readonly cleanup: boolean
}

/** The jobs that a change may make, move or take away; the others cost no call. */
const touchedBy = ({ event_type: type, due_date: due }: Pick<TaskEvent, 'event_type' | 'due_date'>): Touched => ({
  reminder: due !== null || mayEnd[type].dueDate,
  cleanup: mayEnd[type].completion,
})

export interface FollowDependencies {
  readonly store: Pick<TaskStore, 'read'>
  readonly dapr: Pick<BoundApp<TaskStack, 'task-api'>, 'jobs'>
  readonly now: () => Date
}

const applyTo = async ({ dapr: { jobs }, now }: FollowDependencies, id: string, correlationId: string, document: TaskDocument | undefined, touched: Touched): Promise<void> => {
  if (touched.reminder) {
    const reminder = reminderOf(document, now())
    await (reminder ? jobs.schedule('reminder', id, { ...reminder, correlationId }) : jobs.remove('reminder', id))
  }
  if (touched.cleanup) {
    const cleanup = cleanupOf(document)
    await (cleanup ? jobs.schedule('cleanup', id, { ...cleanup, correlationId }) : jobs.remove('cleanup', id))
  }
}

/** Without the jobs that the task has never had: to take one away the scheduler writes to its disk. */
const thatMayBe = (touched: Touched, document: TaskDocument | undefined): Touched => {
  const known = document?.jobs ?? jobsOfTask
  return { reminder: touched.reminder && known.includes('reminder'), cleanup: touched.cleanup && known.includes('cleanup') }
}

const isNone = ({ reminder, cleanup }: Touched): boolean => !reminder && !cleanup

const maxRounds = 8

/**
 * Brings a task's jobs in step with the task as it is now, whatever the event that led here said: events come late, twice and in any order.
 * Ends only where the task was still the same afterwards, so that what is read last counts, also when two of these run at once.
 * @throws Contended when the task changes all the time
 */
export const followTask = async (deps: FollowDependencies, event: TaskEvent): Promise<void> => {
  const { task_id: id, correlation_id: correlationId } = event
  const touched = touchedBy(event)
  if (isNone(touched)) return
  const read = async (): Promise<TaskDocument | undefined> => (await deps.store.read(id))?.document
  let document = await read()
  for (let round = 1; round <= maxRounds; round += 1) {
    const due = thatMayBe(touched, document)
    if (isNone(due)) return
    await applyTo(deps, id, correlationId, document, due)
    const after = await read()
    if (after?.version === document?.version) return
    document = after
  }
  throw new Contended(id, maxRounds)
}
