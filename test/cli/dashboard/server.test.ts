import { afterEach, describe, expect, test } from '@jest/globals'
import type { FastifyInstance, InjectOptions } from 'fastify'

import type { Board } from '../../../cli/dashboard/board.ts'
import { createServer } from '../../../cli/dashboard/server.ts'
import { DlqError } from '../../../cli/dlq/errors.ts'

const port = 8888
const own = { host: `127.0.0.1:${port}`, origin: `http://127.0.0.1:${port}` }
const letter = { app: 'billing', topic: 'orders', id: 'a' }
const unasked = async (): Promise<never> => { throw new Error('nobody asked for it') }

describe('the server of the dashboard', () => {
  const servers: FastifyInstance[] = []
  afterEach(async () => { await Promise.all(servers.splice(0).map((server) => server.close())) })

  const serving = async (writes: boolean, change: Partial<Board> = {}) => {
    const board: Board = { subscribe: () => () => undefined, graph: async (app) => (app === 'none' ? undefined : { key: 'k', svg: '<svg/>' }), replay: unasked, logs: unasked, close: async () => undefined, ...change }
    const server = await createServer({ board, token: 'right', writes, port: () => port })
    servers.push(server)
    return (options: InjectOptions) => server.inject({ ...options, headers: { ...own, ...options.headers } })
  }
  const replay = (payload: unknown, headers: Readonly<Record<string, string>> = {}): InjectOptions => ({ method: 'POST', url: '/right/dead-letters/replay', headers: { 'content-type': 'application/json', ...headers }, payload: JSON.stringify(payload) })

  test('serves the page and all that it loads, with headers that forbid everything else', async () => {
    const ask = await serving(false)
    const page = await ask({ url: '/right/' })
    const [, importMap = ''] = /importmap">(.*?)<\/script>/.exec(page.body) ?? []
    expect(page.headers).toMatchObject({ 'content-type': 'text/html; charset=utf-8', 'referrer-policy': 'no-referrer', 'x-frame-options': 'DENY', 'content-security-policy': expect.stringMatching(/script-src 'self' 'sha256-[\w+/=]+';/) })
    const loaded = [...page.body.matchAll(/(?:src|href)="([\w./-]+)"/g)].map(([, path]) => path)
    const libraries = Object.values((JSON.parse(importMap) as { imports: Record<string, string> }).imports).filter((path) => path.endsWith('.js'))
    for (const path of [...loaded, ...libraries, 'lit-html/directives/repeat.js', 'words.js']) expect([path, (await ask({ url: `/right/${path ?? ''}` })).statusCode]).toEqual([path, 200])
    expect(page.body).not.toMatch(/https?:/)
  })

  test('leads to the page from its address without the slash', async () => {
    expect(await (await serving(false))({ url: '/right' })).toMatchObject({ statusCode: 302, headers: { location: '/right/' } })
  })

  test.each([['/'], ['/wrong/'], ['/wrong/events'], ['/favicon.ico'], ['/right%2F..%2Fwrong/']])('fails with 403 at %s', async (url) => {
    const { statusCode, body } = await (await serving(true))({ url })
    expect({ statusCode, body }).toEqual({ statusCode: 403, body: expect.stringContaining('lacks its token') })
  })

  test.each([['/right/no-such-file'], ['/right/../package.json'], ['/right/graph?app=none']])('fails with 403 or 404 at %s, and gives no other file', async (url) => {
    expect([403, 404]).toContain((await (await serving(true))({ url })).statusCode)
  })

  test('gives the graph of the stack, and of an app', async () => {
    expect((await (await serving(false))({ url: '/right/graph?app=shop' })).json()).toEqual({ key: 'k', svg: '<svg/>' })
  })

  test('replays a dead letter where writes are allowed', async () => {
    const asked: unknown[] = []
    const ask = await serving(true, { replay: async (which) => { asked.push(which); return { ...which, result: 'replayed' } } })
    const { statusCode, body } = await ask(replay(letter))
    expect({ statusCode, body: JSON.parse(body) as unknown, asked }).toEqual({ statusCode: 200, body: { ...letter, result: 'replayed' }, asked: [letter] })
  })

  test('fails with 403 to replay where it only reads, and asks nobody', async () => {
    const { statusCode, body } = await (await serving(false))(replay(letter))
    expect({ statusCode, body }).toEqual({ statusCode: 403, body: expect.stringContaining('--allow-writes') })
  })

  test.each<[string, InjectOptions, number]>([
    ['for another page', replay(letter, { origin: 'https://evil.example' }), 403],
    ['for another name of this machine', replay(letter, { host: 'evil.example:8888', origin: 'http://evil.example:8888' }), 403],
    ['as a form would send it', { ...replay(letter, { 'content-type': 'text/plain' }) }, 415],
    ['without a letter', replay({ app: 'billing' }), 400],
  ])('fails to replay %s', async (_, options, status) => {
    expect((await (await serving(true))(options)).statusCode).toBe(status)
  })

  test('fails with the reason where the dead letter is gone', async () => {
    const ask = await serving(true, { replay: async () => { throw new DlqError('there is no dead letter "a"', 1) } })
    expect(await ask(replay(letter))).toMatchObject({ statusCode: 409, body: JSON.stringify({ why: 'there is no dead letter "a"' }) })
  })
})
