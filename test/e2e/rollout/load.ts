// Runs inside the cluster, on nothing but Node: what a client there sees. See in-cluster-load.ts for who starts and stops it.
import { appendFileSync, existsSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'

const [api = '', stopFile = '', completedFile = ''] = process.argv.slice(1)
const pauseMs = 60
const workers = 8
const end = { stopped: false }

interface Failure { readonly began: string; readonly at: string; readonly call: string; readonly connections: string; readonly what: string }
const failures: Failure[] = []
const completed: string[] = []
const count = { requests: 0, kept: 0 }

/** Keeps its one connection, or makes another for each request. */
interface Client { readonly keeps: boolean; readonly agent: Agent }
const clientThat = (keeps: boolean): Client => ({ keeps, agent: new Agent({ keepAlive: keeps, maxSockets: 1 }) })

interface Answer { readonly status: number; readonly text: string }

const ask = ({ agent, keeps }: Client, method: string, path: string, body?: unknown): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const headers = { connection: keeps ? 'keep-alive' : 'close', ...(body !== undefined && { 'content-type': 'application/json' }) }
    const outgoing = request(`${api}${path}`, { method, agent, headers, timeout: 15_000 }, (incoming) => {
      const chunks: Buffer[] = []
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
      incoming.on('end', () => { resolve({ status: incoming.statusCode ?? 0, text: Buffer.concat(chunks).toString() }) })
      incoming.on('error', reject)
    })
    if (outgoing.reusedSocket) count.kept += 1
    const wait = { for: outgoing.reusedSocket ? 'answer' : 'connection' }
    outgoing.on('socket', (socket) => socket.once('connect', () => { wait.for = 'answer' }))
    outgoing.on('timeout', () => outgoing.destroy(new Error(`no ${wait.for} within 15 s`)))
    outgoing.on('error', reject)
    outgoing.end(body === undefined ? undefined : JSON.stringify(body))
  })

/** Makes one call; gives its text, or nothing where it failed, which is noted. */
const call = async (client: Client, method: string, path: string, wanted: number, body?: unknown): Promise<string | undefined> => {
  count.requests += 1
  const began = new Date().toISOString()
  const note = (what: string): void => {
    failures.push({ began, at: new Date().toISOString(), call: `${method} ${path}`, connections: client.keeps ? 'kept' : 'new', what })
  }
  try {
    const { status, text } = await ask(client, method, path, body)
    if (status === wanted) return text
    note(`${status} ${text.slice(0, 300)}`)
  } catch (error) {
    note(String(error))
  } finally {
    await delay(pauseMs)
  }
  return undefined
}

const idOf = (text: string): string => (JSON.parse(text) as { id: string }).id // the answer of POST /tasks

/** One task's life: create, read, complete, read, remove. */
const live = async (client: Client): Promise<void> => {
  const created = await call(client, 'POST', '/tasks', 201, { title: 'Roll on' })
  if (created === undefined) return
  const path = `/tasks/${idOf(created)}`
  await call(client, 'GET', path, 200)
  if ((await call(client, 'PUT', `${path}/status?status=completed`, 200)) !== undefined) completed.push(idOf(created))
  await call(client, 'GET', path, 200)
  await call(client, 'DELETE', path, 204)
}

const work = async (client: Client): Promise<void> => {
  while (!end.stopped) await live(client)
}

const watch = setInterval(() => { end.stopped ||= existsSync(stopFile) }, 100)
const clients = Array.from({ length: workers }, (_, index) => clientThat(index % 2 === 0))
await Promise.all(clients.map(work))
clearInterval(watch)
for (const { agent } of clients) agent.destroy()
appendFileSync(completedFile, completed.map((id) => `${id}\n`).join(''))
process.stdout.write(JSON.stringify({ ...count, completed: completed.length, failures }))
