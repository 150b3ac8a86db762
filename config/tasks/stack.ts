import { defineStack } from '../define/index.ts'
import { taskEvents } from './events.ts'
import { Notification, Notify } from './notification.ts'

/** The task stack: everything that has a name in it has it here. */
export const stack = defineStack({
  components: {
    statestore: 'state',
    pubsub: 'pubsub',
    'kubernetes-secrets': 'secrets',
  },
  topics: {
    'task-events': { pubsub: 'pubsub', events: taskEvents, partitions: 3, replication: 3, retentionHours: 7 * 24 },
  },
  services: {
    'task-api': {
      port: 8000,
      state: ['statestore'],
      publishes: ['task-events'],
      subscribes: { 'task-events': { name: 'task-subscription', marks: 'statestore' } },
      invokes: { 'notification-service': ['notify'] },
      secrets: { 'kubernetes-secrets': ['api-key'] },
    },
    'notification-service': {
      port: 8001,
      state: ['statestore'],
      methods: { notify: { request: Notify, response: Notification } },
    },
  },
})
export type TaskStack = typeof stack
