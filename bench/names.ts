import { retention, type TaskStack } from '../config/tasks/index.ts'

/** The app that is measured, and what it uses of its sidecar. */
export const app: keyof TaskStack['services'] = 'task-api'
export const store: keyof TaskStack['components'] = 'statestore'
export const pubsub: keyof TaskStack['components'] = 'pubsub'
export const topic: keyof TaskStack['topics'] = 'task-events'

export const tombstoneSeconds = retention.tombstoneSeconds

/** Items in a bulk call of the limit. */
export const bulkSize = 32
