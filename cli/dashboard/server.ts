import { fastify, type FastifyInstance, type FastifyRequest } from 'fastify'
import { z } from 'zod'

import { DlqError } from '../dlq/errors.ts'
import { type Assets, readAssets } from './assets.ts'
import type { Board } from './board.ts'
import { eventStream } from './event-stream.ts'
import { type Asked, refusalOf, securityHeaders } from './guard.ts'
import { LetterName } from './letters.ts'

export interface ServerOptions {
  readonly board: Board
  /** What the address has to begin with, beside the slash. */
  readonly token: string
  readonly writes: boolean
  /** The port that it listens at, known once it does. */
  readonly port: () => number
}

const one = (header: string | string[] | undefined): string | undefined => (Array.isArray(header) ? header[0] : header)

const askedIn = ({ method, url, headers }: FastifyRequest): Asked => ({
  method,
  token: url.split(/[/?]/)[1] ?? '',
  host: headers.host,
  origin: headers.origin,
  site: one(headers['sec-fetch-site']),
  mode: one(headers['sec-fetch-mode']),
})

const Query = z.object({ app: z.string().min(1).optional() })

const servePage = (server: FastifyInstance, { files }: Assets): void => {
  server.get('/:token', (request, reply) => reply.redirect(`${request.url.split('?')[0] ?? ''}/`))
  server.get<{ Params: { readonly '*': string } }>('/:token/*', (request, reply) => {
    const { '*': path } = request.params
    const file = files.get(path === '' ? 'index.html' : path)
    return file ? reply.type(file.type).send(file.body) : reply.code(404).send({ why: 'there is no such file' })
  })
}

const serveData = (server: FastifyInstance, board: Board, headers: Readonly<Record<string, string>>): void => {
  server.get('/:token/events', (_request, reply) => {
    const stream = eventStream(reply, headers)
    const leave = board.subscribe((snapshot) => { stream.send('snapshot', snapshot) })
    stream.signal.addEventListener('abort', leave)
  })
  server.get('/:token/logs', async (request, reply) => {
    const { app } = Query.parse(request.query)
    const stream = eventStream(reply, headers)
    await board.logs(app, (lines) => { stream.send('lines', lines) }, stream.signal).catch((error: unknown) => {
      stream.send('trouble', error instanceof Error ? error.message : String(error))
    })
  })
  server.get('/:token/graph', async (request, reply) => {
    const drawn = await board.graph(Query.parse(request.query).app)
    return drawn ?? reply.code(404).send({ why: 'there is no such graph' })
  })
  server.post('/:token/dead-letters/replay', async (request, reply) => {
    const { success, data } = LetterName.safeParse(request.body)
    if (!success) return reply.code(400).send({ why: 'name a dead letter by app, topic and id' })
    try {
      return await board.replay(data)
    } catch (error) {
      if (error instanceof DlqError) return reply.code(409).send({ why: error.message })
      throw error
    }
  })
}

/** The server of the page: every request goes by the guard first. It does not listen yet. */
export const createServer = async ({ board, token, writes, port }: ServerOptions): Promise<FastifyInstance> => {
  const assets = await readAssets()
  const headers = securityHeaders(assets.scriptDigests)
  const server = fastify({ logger: false, forceCloseConnections: true, bodyLimit: 16_384 })
  server.removeContentTypeParser('text/plain') // a form of another page could send it
  server.addHook('onRequest', async (request, reply) => {
    reply.headers(headers)
    const refusal = refusalOf(askedIn(request), { token, port: port(), writes })
    if (refusal) return reply.code(refusal.status).send({ why: refusal.why })
  })
  serveData(server, board, headers)
  servePage(server, assets)
  server.setNotFoundHandler((_request, reply) => reply.code(404).send({ why: 'there is no such address' }))
  return server
}
