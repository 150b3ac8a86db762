import { z } from 'zod'

/** The envelope that all events of the topics share: what the event is about lies one level deeper. */
const envelope = <const T extends string, D extends z.ZodType>(type: T, data: D) =>
  z.object({ event_id: z.string(), event_type: z.literal(type), timestamp: z.iso.datetime(), correlation_id: z.string(), data })

export const Todo = z.object({
  task_id: z.uuid(),
  user_id: z.string().nullable(),
  title: z.string().min(1),
  description: z.string().nullable(),
  priority: z.int().min(1).max(5),
  due_date: z.iso.datetime().nullable(),
})
export type Todo = z.infer<typeof Todo>

export const TodoCreate = Todo.omit({ task_id: true }).partial().required({ title: true })

/** The topics, each with the one event that travels on it. */
export const events = {
  'task-created': envelope('task-created', Todo),
  'task-updated': envelope('task-updated', Todo),
  'task-completed': envelope('task-completed', Todo),
  'task-due-soon': envelope('task-due-soon', Todo),
}
export type TodoTopic = keyof typeof events
