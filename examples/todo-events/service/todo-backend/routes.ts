import { randomUUID } from 'node:crypto'

import { type BoundApp, correlationIdOf, Problem, type ZodTypeProvider } from 'dapr-stack/service'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'

import { Todo, TodoCreate } from '../../config/events.ts'
import type { TodoStack } from '../../config/stack.ts'
import type { Publish } from './publisher.ts'

const params = z.object({ id: z.uuid() })
const beforehandMs = 30 * 60 * 1000
const empty = { user_id: null, description: null, priority: 3, due_date: null }

/** The HTTP API of tasks. */
export const todoRoutes = (server: FastifyInstance, dapr: BoundApp<TodoStack, 'todo-backend'>, publish: Publish): void => {
  const app = server.withTypeProvider<ZodTypeProvider>()
  const state = dapr.state('todo-state')
  const keyOf = (id: string): string => `task:${id}`
  const read = async (id: string) => {
    const stored = await state.get(keyOf(id), dapr.documents.task)
    if (!stored) throw new Problem('not-found', `there is no task ${id}`)
    return stored
  }

  app.post('/api/tasks', { schema: { body: TodoCreate, response: { 201: Todo } } }, async (request, reply) => {
    const todo = Todo.parse({ ...empty, ...request.body, task_id: randomUUID() })
    const correlationId = correlationIdOf(request)
    await state.save(keyOf(todo.task_id), { completed: false, task: todo }, { firstWrite: true })
    await publish('task-created', todo, correlationId)
    if (todo.due_date !== null) await dapr.jobs.schedule('due-soon', todo.task_id, { at: new Date(Date.parse(todo.due_date) - beforehandMs), data: todo, correlationId })
    return reply.code(201).send(todo)
  })

  app.get('/api/tasks/:id', { schema: { params, response: { 200: Todo } } }, async ({ params: { id } }) => (await read(id)).value.task)

  app.put('/api/tasks/:id', { schema: { params, body: TodoCreate, response: { 200: Todo } } }, async (request) => {
    const { value, etag } = await read(request.params.id)
    const task = Todo.parse({ ...value.task, ...request.body })
    await state.save(keyOf(task.task_id), { ...value, task }, { etag })
    await publish('task-updated', task, correlationIdOf(request))
    return task
  })

  app.post('/api/tasks/:id/complete', { schema: { params, response: { 200: Todo } } }, async (request) => {
    const { value, etag } = await read(request.params.id)
    await state.save(keyOf(value.task.task_id), { ...value, completed: true }, { etag })
    await publish('task-completed', value.task, correlationIdOf(request))
    return value.task
  })
}
