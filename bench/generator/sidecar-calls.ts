import { randomUUID } from 'node:crypto'

import { taskKey } from '../../config/tasks/index.ts'
import { pubsub, store, tombstoneSeconds, topic } from '../names.ts'
import type { Payload } from '../scenario.ts'
import type { Answer, Connection } from './connection.ts'
import { documentOf, eventOf } from './documents.ts'

export const options = { concurrency: 'first-write', consistency: 'strong' } as const
export const cloudEvents = 'application/cloudevents+json'

export const save = (connection: Connection, items: readonly object[]): Promise<Answer> => connection.ask('POST', `/v1.0/state/${store}`, 204, JSON.stringify(items))

const publish = (connection: Connection, id: string, sequence: number, payload: Payload): Promise<Answer> =>
  connection.ask('POST', `/v1.0/publish/${pubsub}/${topic}?metadata.partitionKey=${id}`, 204, JSON.stringify(eventOf(id, sequence, payload)), cloudEvents)

export const readAlone = (connection: Connection, id: string): Promise<Answer> => connection.ask('GET', `/v1.0/state/${store}/${taskKey(id)}?consistency=strong`, 200)

/** A save and a publish; gives the new id. */
export const createAlone = async (connection: Connection, payload: Payload): Promise<string> => {
  const id = randomUUID()
  await save(connection, [{ key: taskKey(id), value: documentOf(id, 1, payload), options }])
  await publish(connection, id, 1, payload)
  return id
}

interface Change {
  readonly sequence: number
  readonly payload: Payload
  /** Further fields of what is saved. */
  readonly metadata?: object | undefined
}

/** What a removal saves, that a later write cannot bring the task back. */
export const removed = { metadata: { ttlInSeconds: `${tombstoneSeconds}` } } as const

/** A read, a save and a publish. */
export const changeAlone = async (connection: Connection, id: string, { sequence, payload, metadata }: Change): Promise<void> => {
  const { etag } = await readAlone(connection, id)
  await save(connection, [{ key: taskKey(id), value: documentOf(id, sequence, payload), etag, options, ...metadata }])
  await publish(connection, id, sequence, payload)
}
