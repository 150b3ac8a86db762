import { dueSoonId, type TaskDueSoon, type TaskStack } from '../../config/tasks/index.ts'
import type { BoundApp, JobContext } from '../dapr/index.ts'
import type { TaskStore } from './ports.ts'
import { liveDocument, reminderOf } from './task-jobs.ts'

export interface ReminderDependencies {
  readonly store: Pick<TaskStore, 'read'>
  readonly dapr: Pick<BoundApp<TaskStack, 'task-api'>, 'publish'>
  readonly users: { readonly findPreferences: (id: string) => Promise<{ readonly reminder: boolean } | undefined> }
  readonly now: () => Date
}

/** Tells that a task is due soon, if it still is, at the time that the job was made for. */
export const remind =
  ({ store, dapr, users, now }: ReminderDependencies) =>
  async ({ due_date: dueDate }: { readonly due_date: string }, { id, correlationId, log }: JobContext): Promise<void> => {
    const document = (await store.read(id))?.document
    const task = liveDocument(document)?.task
    if (!task || task.due_date !== dueDate || !reminderOf(document, now())) {
      log.info({ task_id: id, due_date: dueDate }, 'This reminder is out of date')
      return
    }
    if (task.user_id !== null && (await users.findPreferences(task.user_id))?.reminder === false) {
      log.info({ task_id: id, user_id: task.user_id }, 'The owner wants no reminders')
      return
    }
    const [eventId, time] = [dueSoonId(id, dueDate), now().toISOString()]
    const { title, user_id: user } = task
    const data: TaskDueSoon = { event_type: 'task.due-soon', event_id: eventId, task_id: id, user_id: user, title, due_date: dueDate, timestamp: time, correlation_id: correlationId }
    await dapr.publish('task-due-soon', 'task.due-soon', data, { id: eventId, time, correlationId, subject: id })
    log.info({ task_id: id, event_id: eventId }, 'Told that a task is due soon')
  }
