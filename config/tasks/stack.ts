import { defineStack } from '../define/index.ts'
import { dueSoonEvents } from './due-soon.ts'
import { taskEvents } from './events.ts'
import { taskJobs } from './jobs.ts'
import { Notification, NotificationDocument, Notify, Send } from './notification.ts'
import { GetRecommendations, Recommendations } from './recommendation.ts'
import { TaskDocument } from './task-document.ts'
import { PreferencesDocument, UserDocument } from './user-document.ts'
import { TaskSummary } from './user-tasks.ts'
import { userEvents } from './user.ts'

/** The task stack: everything that has a name in it has it here. */
export const stack = defineStack({
  components: {
    statestore: 'state',
    'notification-store': 'state',
    pubsub: 'pubsub',
    'kubernetes-secrets': 'secrets',
  },
  topics: {
    'task-events': { pubsub: 'pubsub', events: taskEvents, partitions: 3, replication: 3, retentionHours: 7 * 24 },
    'task-due-soon': { pubsub: 'pubsub', events: dueSoonEvents, partitions: 3, replication: 3, retentionHours: 24 },
    'user-events': { pubsub: 'pubsub', events: userEvents, partitions: 3, replication: 3, retentionHours: 7 * 24 },
  },
  services: {
    'task-api': {
      port: 8000,
      state: ['statestore'],
      publishes: ['task-events', 'task-due-soon', 'user-events'],
      subscribes: {
        'task-events': { name: 'task-subscription', marks: 'statestore' },
        'user-events': { name: 'user-subscription', marks: 'statestore' },
      },
      invokes: { 'notification-service': ['notify', 'send'], 'ai-service': ['get-recommendations'] },
      secrets: { 'kubernetes-secrets': ['api-key'] },
      jobs: taskJobs,
      documents: { task: TaskDocument, user: UserDocument, preferences: PreferencesDocument, 'listed-task': TaskSummary },
    },
    'notification-service': {
      port: 8001,
      state: ['notification-store'],
      subscribes: { 'task-due-soon': { name: 'due-soon-subscription', marks: 'notification-store' } },
      secrets: { 'kubernetes-secrets': ['mail-api-key'] },
      documents: { notification: NotificationDocument, 'listed-notification': Notification },
      // The event's id makes a second call find the first one's notification.
      methods: {
        notify: { request: Notify, response: Notification, idempotent: true },
        send: { request: Send, response: Notification, idempotent: true },
      },
    },
    'ai-service': {
      port: 8002,
      methods: { 'get-recommendations': { request: GetRecommendations, response: Recommendations, idempotent: true } },
    },
  },
})
export type TaskStack = typeof stack
