import { defineStack } from '../define/index.ts'
import { dueSoonEvents } from './due-soon.ts'
import { taskEvents } from './events.ts'
import { taskJobs } from './jobs.ts'
import { Notification, Notify } from './notification.ts'

/** The task stack: everything that has a name in it has it here. */
export const stack = defineStack({
  components: {
    statestore: 'state',
    pubsub: 'pubsub',
    'kubernetes-secrets': 'secrets',
  },
  topics: {
    'task-events': { pubsub: 'pubsub', events: taskEvents },
    'task-due-soon': { pubsub: 'pubsub', events: dueSoonEvents },
  },
  services: {
    'task-api': {
      port: 8000,
      state: ['statestore'],
      publishes: ['task-events', 'task-due-soon'],
      subscribes: { 'task-events': { name: 'task-subscription', marks: 'statestore' } },
      invokes: { 'notification-service': ['notify'] },
      secrets: { 'kubernetes-secrets': ['api-key'] },
      jobs: taskJobs,
    },
    'notification-service': {
      port: 8001,
      state: ['statestore'],
      subscribes: { 'task-due-soon': { name: 'due-soon-subscription', marks: 'statestore' } },
      methods: { notify: { request: Notify, response: Notification } },
    },
  },
})
export type TaskStack = typeof stack
