import { bind, createServiceApp, type EventContext, implement, Problem, type ServiceParts, writeConfirmed, type ZodTypeProvider } from 'dapr-stack/service'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'

import type { Todo } from '../../config/events.ts'
import { stack } from '../../config/stack.ts'

const params = z.object({ event_id: z.string() })

/** Mails what happened, here into the log; the record of a mail keeps a second delivery of its event from sending another. */
export const buildEmailWorker = (parts: ServiceParts): FastifyInstance => {
  const server = createServiceApp(stack, 'email-worker', parts)
  const app = server.withTypeProvider<ZodTypeProvider>()
  const dapr = bind(stack, 'email-worker', parts.sidecar)
  const state = dapr.state('todo-state')
  const keyOf = (eventId: string): string => `mail:${eventId}`

  const mail = (words: string) => async ({ data: { title } }: { readonly data: Todo }, { id, log }: EventContext): Promise<void> => {
    if (await state.get(keyOf(id), dapr.documents.mail)) return
    const record = { subject: `${words}: ${title}`, event_id: id }
    log.info(record, 'Mailed')
    await writeConfirmed(state, { key: keyOf(id), value: record, precondition: { firstWrite: true }, parser: dapr.documents.mail, isOwn: () => false })
  }

  app.get('/mails/:event_id', { schema: { params } }, async ({ params: { event_id: id } }) => {
    const stored = await state.get(keyOf(id), dapr.documents.mail)
    if (!stored) throw new Problem('not-found', `there is no mail of event ${id}`)
    return stored.value
  })

  const subscriptions = {
    'task-created': { 'task-created': mail('New task') },
    'task-completed': { 'task-completed': mail('Task completed') },
    'task-due-soon': { 'task-due-soon': mail('Task due soon') },
  }
  server.register(implement(stack, 'email-worker', { subscriptions }, parts))
  return server
}
