import type { TaskEvent, TaskStack } from '../../config/tasks/index.ts'
import type { BoundApp, Implementation } from '../dapr/index.ts'
import { followUser } from './digest-job.ts'
import { defaultPreferences, type PreferencesStore } from './preferences.ts'
import { followTask, type FollowDependencies } from './task-jobs.ts'
import type { UserTasks } from './user-tasks.ts'

export interface SubscriptionDependencies extends FollowDependencies {
  readonly dapr: Pick<BoundApp<TaskStack, 'task-api'>, 'invoke' | 'jobs'>
  readonly lists: Pick<UserTasks, 'enlist' | 'strike'>
  readonly preferences: Pick<PreferencesStore, 'ensure'>
}

/** What task-api does about events: it keeps the lists of the owners and the jobs in step, has a completed task notified, and welcomes a new user. */
export const taskSubscriptions = (deps: SubscriptionDependencies): Pick<Implementation<TaskStack, 'task-api'>, 'subscriptions'> => {
  const { dapr, lists, preferences } = deps
  const enlist = async (event: TaskEvent): Promise<void> => {
    await lists.enlist(event)
    await followTask(deps, event)
  }
  return {
    subscriptions: {
      'task-events': {
        'task.created': enlist,
        'task.pending': enlist,
        'task.in_progress': enlist,
        'task.completed': async (data, event) => {
          await enlist(data)
          const { task_id: id, user_id: owner } = data
          const message = `Task ${id} has been completed`
          const request = { type: 'task_completed', event_id: event.id, task_id: id, message, ...(owner !== null && { user_id: owner }) } as const
          await dapr.invoke('notification-service', 'notify', request)
          event.log.info({ task_id: id }, `Notification sent for task ${id}`)
        },
        'task.updated': enlist,
        'task.deleted': async (data) => {
          await lists.strike(data)
          await followTask(deps, data)
        },
      },
      'user-events': {
        'user.registered': async ({ user_id: id, name, time_zone: timeZone }, event) => {
          await followUser(dapr, id, await preferences.ensure(id, defaultPreferences(timeZone)))
          await dapr.invoke('notification-service', 'send', { user_id: id, type: 'welcome', event_id: event.id, message: `Welcome, ${name}` })
          event.log.info({ user_id: id }, `Welcome sent to user ${id}`)
        },
      },
    },
  }
}
