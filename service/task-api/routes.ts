import type { FastifyInstance, FastifyReply } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'

import type { HttpRules, Task } from '../../config/tasks/index.ts'
import { admits, correlationIdOf, entityTagOf, hasVersion } from '../http/index.ts'
import type { VersionedTask } from './create-task.ts'
import { taskOperations } from './task-operations.ts'
import type { TaskUseCases } from './use-cases.ts'

const tagged = (reply: FastifyReply, { task, version }: VersionedTask): Task => {
  reply.header('etag', entityTagOf(version))
  return task
}

const notModified = async (reply: FastifyReply): Promise<never> => reply.code(304).send() as never // sent already: there is no body to type

/** The HTTP API of tasks. */
export const taskRoutes = (server: FastifyInstance, tasks: TaskUseCases, rules: HttpRules): void => {
  const app = server.withTypeProvider<ZodTypeProvider>()

  app.post('/tasks', taskOperations.create, async (request, reply) => {
    const created = await tasks.create(request.caller, request.body, correlationIdOf(request), request.headers['idempotency-key'])
    reply.code(201).header('location', `/tasks/${created.task.id}`)
    return tagged(reply, created)
  })

  app.get('/tasks/:id', taskOperations.read, async (request, reply) => {
    const document = await tasks.read(request.caller, request.params.id)
    const task = tagged(reply, document)
    return hasVersion(request.headers['if-none-match'], document.version) ? notModified(reply) : task
  })

  app.put('/tasks/:id', taskOperations.update, async (request, reply) => {
    const expected = admits(request.headers['if-match'], rules)
    return tagged(reply, await tasks.update(request.caller, request.params.id, request.body, expected, correlationIdOf(request)))
  })

  app.put('/tasks/:id/status', taskOperations.setStatus, async (request, reply) => {
    const expected = admits(request.headers['if-match'], rules)
    return tagged(reply, await tasks.setStatus(request.caller, request.params.id, request.query.status, expected, correlationIdOf(request)))
  })

  app.delete('/tasks/:id', taskOperations.remove, async (request, reply) => {
    await tasks.remove(request.caller, request.params.id, admits(request.headers['if-match'], rules), correlationIdOf(request))
    return reply.code(204).send()
  })
}
