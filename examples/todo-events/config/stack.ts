import { defineStack } from 'dapr-stack/config'
import { z } from 'zod'

import { events, Todo } from './events.ts'

const kept = { partitions: 3, replication: 3, retentionHours: 7 * 24 }

export const stack = defineStack({
  components: { 'todo-pubsub': 'pubsub', 'todo-state': 'state' },
  topics: {
    'task-created': { pubsub: 'todo-pubsub', events: { 'task-created': events['task-created'] }, ...kept },
    'task-updated': { pubsub: 'todo-pubsub', events: { 'task-updated': events['task-updated'] }, ...kept },
    'task-completed': { pubsub: 'todo-pubsub', events: { 'task-completed': events['task-completed'] }, ...kept },
    'task-due-soon': { pubsub: 'todo-pubsub', events: { 'task-due-soon': events['task-due-soon'] }, ...kept, retentionHours: 24 },
  },
  services: {
    'todo-backend': {
      port: 8000,
      state: ['todo-state'],
      publishes: ['task-created', 'task-updated', 'task-completed', 'task-due-soon'],
      jobs: { 'due-soon': { data: Todo } },
      documents: { task: z.looseObject({ completed: z.boolean(), task: Todo }) },
    },
    'email-worker': {
      port: 8001,
      state: ['todo-state'],
      subscribes: {
        'task-created': { name: 'mail-task-created', marks: 'todo-state' },
        'task-completed': { name: 'mail-task-completed', marks: 'todo-state' },
        'task-due-soon': { name: 'mail-task-due-soon', marks: 'todo-state' },
      },
      documents: { mail: z.looseObject({ subject: z.string(), event_id: z.string() }) },
    },
  },
})
export type TodoStack = typeof stack
