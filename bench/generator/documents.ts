import { randomUUID } from 'node:crypto'

import type { Payload } from '../scenario.ts'

/** The longest that a task may be, in characters of three bytes. */
const large = { title: '€'.repeat(200), description: '€'.repeat(5000) }

/** The body of `POST /tasks`. */
export const fieldsOf = (payload: Payload): Readonly<Record<string, string>> => (payload === 'large' ? large : { title: 'Buy milk' })

const at = '2026-01-01T00:00:00.000Z'

/** The event of a change, as a service publishes it. */
export const eventOf = (id: string, sequence: number, payload: Payload) => {
  const { title } = fieldsOf(payload)
  const eventId = `${id}-${sequence}`
  const data = {
    event_type: 'task.created', event_id: eventId, task_id: id, title, status: 'pending', user_id: null, priority: 1, due_date: null, created_at: at, timestamp: at,
    correlation_id: id, sequence,
  }
  return { specversion: '1.0', id: eventId, source: 'task-api', type: data.event_type, subject: id, time: at, datacontenttype: 'application/json', correlationid: id, data } as const
}

/** A document of the size that a service stores, with its event inside. */
export const documentOf = (id: string, version: number, payload: Payload) => ({
  schema: 1, version, write_id: randomUUID(), earlier_writes: [], pending: [eventOf(id, version, payload).data],
  task: { id, description: null, ...fieldsOf(payload), status: 'pending', priority: 1, user_id: null, due_date: null, created_at: at, updated_at: at },
})
