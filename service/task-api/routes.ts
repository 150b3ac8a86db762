import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'

import { Task, TaskCreate, TaskStatusQuery, TaskUpdate } from '../../config/tasks/index.ts'
import { correlationIdOf, entityTagOf, parseIdempotencyKey, parseIfMatch } from '../http/index.ts'
import type { ExpectedVersion } from './change-task.ts'
import type { VersionedTask } from './create-task.ts'
import type { TaskUseCases } from './use-cases.ts'

const params = z.object({ id: z.string() })

const expectedVersion = ({ headers }: FastifyRequest): ExpectedVersion => {
  const ifMatch = parseIfMatch(headers['if-match'])
  return ifMatch === undefined || ifMatch === '*' ? () => true : (version) => ifMatch.includes(String(version))
}

const tagged = (reply: FastifyReply, { task, version }: VersionedTask): Task => {
  reply.header('etag', entityTagOf(version))
  return task
}

/** The HTTP API of tasks. */
export const taskRoutes = (server: FastifyInstance, tasks: TaskUseCases): void => {
  const app = server.withTypeProvider<ZodTypeProvider>()

  app.post('/tasks', { schema: { body: TaskCreate, response: { 201: Task } } }, async (request, reply) => {
    const created = await tasks.create(request.body, correlationIdOf(request), parseIdempotencyKey(request.headers['idempotency-key']))
    reply.code(201).header('location', `/tasks/${created.task.id}`)
    return tagged(reply, created)
  })

  app.get('/tasks/:id', { schema: { params, response: { 200: Task } } }, async (request, reply) =>
    tagged(reply, await tasks.read(request.params.id)),
  )

  app.put('/tasks/:id', { schema: { params, body: TaskUpdate, response: { 200: Task } } }, async (request, reply) =>
    tagged(reply, await tasks.update(request.params.id, request.body, expectedVersion(request), correlationIdOf(request))),
  )

  app.put('/tasks/:id/status', { schema: { params, querystring: TaskStatusQuery, response: { 200: Task } } }, async (request, reply) =>
    tagged(reply, await tasks.setStatus(request.params.id, request.query.status, expectedVersion(request), correlationIdOf(request))),
  )

  app.delete('/tasks/:id', { schema: { params } }, async (request, reply) => {
    await tasks.remove(request.params.id, expectedVersion(request), correlationIdOf(request))
    return reply.code(204).send()
  })
}
