import Fastify from 'fastify'
import { Pool } from 'undici'

import { sidecarPorts } from '../../config/define/index.ts'
import { connectionOf } from '../generator/connection.ts'
import { changeAlone, createAlone, readAlone, removed } from '../generator/sidecar-calls.ts'

// The limit's calls behind Fastify: what a second hop costs when nothing is checked, joined, or promised.
const sidecar = connectionOf(new Pool(`http://127.0.0.1:${process.env['DAPR_HTTP_PORT'] ?? sidecarPorts.http}`, { connections: 128 }))
const app = Fastify({ logger: true, disableRequestLogging: true })
let changes = 1

interface OfTask {
  readonly Params: { readonly id: string }
}
const change = async (id: string, metadata?: object): Promise<void> => changeAlone(sidecar, id, { sequence: (changes += 1), payload: 'small', metadata })

app.addContentTypeParser('application/cloudevents+json', (_request, payload, done) => {
  payload.resume().on('end', () => { done(null) })
})
app.post<{ readonly Body: { readonly description?: string } }>('/tasks', async ({ body }, reply) => {
  const id = await createAlone(sidecar, body.description === undefined ? 'small' : 'large')
  return reply.code(201).header('location', `/tasks/${id}`).send({ id })
})
app.get<OfTask>('/tasks/:id', async ({ params }, reply) => reply.type('application/json').send((await readAlone(sidecar, params.id)).text))
app.put<OfTask>('/tasks/:id/status', async ({ params }) => {
  await change(params.id)
  return params
})
app.delete<OfTask>('/tasks/:id', async ({ params }, reply) => {
  await change(params.id, removed)
  return reply.code(204).send()
})
app.get('/dapr/subscribe', async (_request, reply) => reply.code(404).send())
app.all('/*', async () => '')

await app.listen({ host: '127.0.0.1', port: Number(process.env['APP_PORT']) })
