import { randomUUID } from 'node:crypto'

import { taskKey } from '../../config/tasks/index.ts'
import { bulkSize, pubsub, store, topic } from '../names.ts'
import type { Kind, Payload } from '../scenario.ts'
import { connect, type Connection } from './connection.ts'
import { documentOf, eventOf, fieldsOf } from './documents.ts'
import type { Job } from './job.ts'
import { changeAlone, cloudEvents, createAlone, options, readAlone, removed, save } from './sidecar-calls.ts'

/** What an operation is done with. */
export interface Worker {
  readonly connection: Connection
  /** The number of the worker's operation, from 0. */
  readonly turn: number
  readonly payload: Payload
  readonly subscriber: Connection | undefined
  /** Gives an id of those that are there, or undefined when there are no more. */
  readonly next: () => string | undefined
}

/** What an operation did. */
export interface Done {
  readonly operations: number
  readonly events: number
  readonly ids?: readonly string[]
}

type Operation = (worker: Worker) => Promise<Done | undefined>

const one: Done = { operations: 1, events: 1 }
const statuses = ['in_progress', 'pending'] as const
const silent = { operations: 1, events: 0 } as const

const onTask = (work: (worker: Worker, id: string) => Promise<Done>): Operation => async (worker) => {
  const id = worker.next()
  return id === undefined ? undefined : work(worker, id)
}

const mixed = (create: Operation, read: Operation): Operation => (worker) => (worker.turn % 5 === 0 ? create(worker) : read(worker))

const service = (): Record<Kind, Operation> => {
  const create: Operation = async ({ connection, payload }) => {
    const { location } = await connection.ask('POST', '/tasks', 201, JSON.stringify(fieldsOf(payload)))
    return { ...one, ids: [location.slice('/tasks/'.length)] }
  }
  const read = onTask(async ({ connection }, id) => {
    await connection.ask('GET', `/tasks/${id}`, 200)
    return silent
  })
  return {
    create,
    read,
    mixed: mixed(create, read),
    status: onTask(async ({ connection, turn }, id) => {
      await connection.ask('PUT', `/tasks/${id}/status?status=${statuses[turn % 2]}`, 200)
      return one
    }),
    delete: onTask(async ({ connection }, id) => {
      await connection.ask('DELETE', `/tasks/${id}`, 204)
      return one
    }),
    event: async ({ connection, payload }) => {
      const user = randomUUID()
      await connection.ask('POST', '/tasks', 201, JSON.stringify({ ...fieldsOf(payload), user_id: user }))
      while ((await connection.ask('GET', `/users/${user}/tasks`, 200)).text.startsWith('{"tasks":[]')) { /* not yet */ }
      return one
    },
  }
}

/** The calls that a service cannot do without, and nothing between. */
const sidecar = (): Record<Kind, Operation> => {
  const create: Operation = async ({ connection, payload }) => ({ ...one, ids: [await createAlone(connection, payload)] })
  const read = onTask(async ({ connection }, id) => {
    await readAlone(connection, id)
    return silent
  })
  const change = (metadata?: object) => onTask(async ({ connection, payload, turn }, id) => {
    await changeAlone(connection, id, { sequence: turn + 2, payload, metadata })
    return one
  })
  return {
    create,
    read,
    mixed: mixed(create, read),
    status: change(),
    delete: change(removed),
    event: async ({ connection, payload, subscriber }) => {
      const id = await createAlone(connection, payload)
      await subscriber?.ask('GET', `/seen/${id}-1`, 200)
      return one
    },
  }
}

/** As many items in a call as a busy service would have; what the sidecar's bulk calls can carry at most. */
const bulk = (): Partial<Record<Kind, Operation>> => ({
  create: async ({ connection, payload }) => {
    const ids = Array.from({ length: bulkSize }, () => randomUUID())
    await save(connection, ids.map((id) => ({ key: taskKey(id), value: documentOf(id, 1, payload), options })))
    const entries = ids.map((id) => ({ entryId: id, contentType: cloudEvents, metadata: { partitionKey: id }, event: eventOf(id, 1, payload) }))
    await connection.ask('POST', `/v1.0/publish/bulk/${pubsub}/${topic}`, 204, JSON.stringify(entries))
    return { operations: bulkSize, events: bulkSize }
  },
  read: async ({ connection, next }) => {
    const keys = Array.from({ length: bulkSize }, () => taskKey(next() ?? ''))
    await connection.ask('POST', `/v1.0/state/${store}/bulk`, 200, JSON.stringify({ keys }))
    return { operations: bulkSize, events: 0 }
  },
})

/**
 * The operation of a job.
 * @throws Error when the target has none of this kind
 */
export const operationOf = ({ target, kind }: Job): Operation => {
  const operation = { service, sidecar, bulk }[target]()[kind]
  if (!operation) throw new Error(`there is no "${kind}" with target "${target}"`)
  return operation
}

/** Opens the connections of a job. */
export const connectAll = ({ urls, connections }: Job): Connection[] => Array.from({ length: connections }, (_, index) => connect(urls[index % urls.length] ?? ''))
