import type { BoundApp } from 'dapr-stack/service'

import type { Todo, TodoTopic } from '../../config/events.ts'
import type { TodoStack } from '../../config/stack.ts'

export type Publish = (topic: TodoTopic, todo: Todo, correlationId: string) => Promise<void>

/** Publishes what became of a task. A task is created, completed and due once, so that the id of each of these events is made of it. */
export const publisher = (dapr: BoundApp<TodoStack, 'todo-backend'>): Publish => async (topic, todo, correlationId) => {
  const timestamp = new Date().toISOString()
  const id = topic === 'task-updated' ? `${todo.task_id}-${topic}-${timestamp}` : `${todo.task_id}-${topic}`
  const common = { event_id: id, timestamp, correlation_id: correlationId, data: todo }
  const attributes = { id, time: timestamp, correlationId, subject: todo.task_id }
  switch (topic) {
    case 'task-created': return dapr.publish(topic, topic, { ...common, event_type: topic }, attributes)
    case 'task-updated': return dapr.publish(topic, topic, { ...common, event_type: topic }, attributes)
    case 'task-completed': return dapr.publish(topic, topic, { ...common, event_type: topic }, attributes)
    case 'task-due-soon': return dapr.publish(topic, topic, { ...common, event_type: topic }, attributes)
  }
}
