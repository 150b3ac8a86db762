import type { Attempt } from './history.ts'
import type { Change } from './client.ts'
import type { Random } from './random.ts'

/** What is to be done, before it is. */
export interface Operation {
  readonly plan: Pick<Attempt, 'kind' | 'trace' | 'key' | 'task' | 'status' | 'ifMatch'>
  readonly change: Change
}

/** Chooses operations from what was learnt of those before. */
export interface Operations {
  next(): Operation
  learn(attempt: Attempt): void
}

interface Known {
  readonly id: string
  version: number
}

// So few that writers meet, and so many that most requests find their task as they left it.
const crowd = 8
const retriedShare = 0.5
const repeatedShare = 0.03

const traced = (random: Random) => {
  const trace = random.hex(32)
  return { trace, headers: { traceparent: `00-${trace}-${random.hex(16)}-01` } }
}

const create = (random: Random, key: string): Operation => {
  const { trace, headers } = traced(random)
  return { plan: { kind: 'create', trace, key }, change: { method: 'POST', path: '/tasks', headers: { ...headers, 'idempotency-key': key }, body: { title: key } } }
}

const setStatus = (random: Random, { id, version }: Known): Operation => {
  const { trace, headers } = traced(random)
  const status = random.weighted({ completed: 5, in_progress: 3, pending: 2 })
  const conditional = random.chance(0.5)
  return {
    plan: { kind: 'status', trace, task: id, status, ...(conditional && { ifMatch: version }) },
    change: { method: 'PUT', path: `/tasks/${id}/status?status=${status}`, headers: { ...headers, ...(conditional && { 'if-match': `"${version}"` }) } },
  }
}

const remove = (random: Random, { id }: Known): Operation => {
  const { trace, headers } = traced(random)
  return { plan: { kind: 'delete', trace, task: id }, change: { method: 'DELETE', path: `/tasks/${id}`, headers } }
}

export const createOperations = (random: Random): Operations => {
  const tasks: Known[] = []
  const byId = new Map<string, Known>()
  const retries: string[] = []
  let keys = 0
  const any = (): Known => (random.chance(0.3) ? random.pick(tasks.slice(-crowd)) : random.pick(tasks))
  const forget = (id: string): void => {
    const index = tasks.findIndex((task) => task.id === id)
    if (index >= 0) tasks.splice(index, 1)
  }
  const learnVersion = (id: string, version: number): void => {
    const known = byId.get(id)
    if (known) known.version = Math.max(known.version, version)
  }
  const learnCreate = ({ key = '', answer }: Attempt): void => {
    const { code = 0, task, version = 1 } = answer ?? {}
    if (code === 201 && task !== undefined && !byId.has(task)) {
      const known = { id: task, version }
      byId.set(task, known)
      tasks.push(known)
    }
    if (random.chance(code === 201 ? repeatedShare : code === 0 || code >= 500 ? retriedShare : 0)) retries.push(key)
  }
  return {
    next: () => {
      if (retries.length > 0 && random.chance(0.1)) return create(random, retries.splice(Math.floor(random.next() * retries.length), 1)[0] ?? '')
      const kind = tasks.length < crowd ? 'create' : random.weighted({ create: 40, status: 50, remove: 7 })
      if (kind === 'create') return create(random, `key-${(keys += 1)}-${random.hex(12)}`)
      return kind === 'status' ? setStatus(random, any()) : remove(random, any())
    },
    learn: (attempt) => {
      const { kind, task, answer } = attempt
      if (kind === 'create') learnCreate(attempt)
      else if (task !== undefined && answer?.version !== undefined) learnVersion(task, answer.version)
      // Some stay, so that removed tasks are asked for, too.
      if (kind === 'delete' && task !== undefined && answer?.code === 204 && random.chance(0.8)) forget(task)
    },
  }
}
