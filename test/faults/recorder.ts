import { setTimeout as sleep } from 'node:timers/promises'

import { z } from 'zod'

import type { RecordedEvent } from './history.ts'

/** A consumer of a topic that belongs to no app: it reads what lies in the broker, and acknowledges nothing. */
export interface Recorder {
  readonly events: readonly RecordedEvent[]
  /** What lay in the topic and was no event of ours. */
  readonly strange: readonly string[]
  stop(): Promise<void>
}

/** The topic that is recorded. */
export const topic = 'task-events'

const Event = z.object({
  id: z.string(),
  type: z.string(),
  correlationid: z.string().default(''),
  data: z.object({ task_id: z.string(), sequence: z.number(), title: z.string().default('') }),
})

/** What was found so far, and how more is added. */
export const createRecord = () => {
  const events: RecordedEvent[] = []
  const strange: string[] = []
  const add = (text: string, at: number): void => {
    const { success, data: event } = Event.safeParse(parsed(text))
    if (!success) strange.push(text)
    else events.push({ id: event.id, type: event.type, correlation: event.correlationid, task: event.data.task_id, sequence: event.data.sequence, title: event.data.title, at })
  }
  return { events, strange, add }
}

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const Entries = z.array(z.tuple([z.string(), z.array(z.string())]))
const pageSize = 2000
const pollMs = 300

/** Reads the stream of the topic, from its beginning; `redis` asks the server. */
export const recordRedis = (redis: (args: readonly string[]) => Promise<string>): Recorder => {
  const { events, strange, add } = createRecord()
  let last = '-'
  const stopping = new AbortController()
  const readPage = async (): Promise<number> => {
    const entries = Entries.parse(JSON.parse(await redis(['--json', 'xrange', topic, last, '+', 'count', `${pageSize}`])))
    for (const [id, fields] of entries) {
      add(fields[fields.indexOf('data') + 1] ?? '', Number(id.split('-')[0]))
      last = `(${id}`
    }
    return entries.length
  }
  const work = (async () => {
    while (!stopping.signal.aborted) {
      const count = await readPage().catch(() => 0) // Redis may be down: the stream stays where it is
      if (count < pageSize) await sleep(pollMs)
    }
  })()
  return {
    events,
    strange,
    stop: () => {
      stopping.abort()
      return work
    },
  }
}
