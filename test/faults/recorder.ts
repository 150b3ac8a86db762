import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'

import { z } from 'zod'

import type { RecordedEvent } from './history.ts'
import type { Host } from './host.ts'
import { javaArgs, type Kafka, redisCli } from './servers.ts'
import type { Stack } from './stack.ts'

/** A consumer of a topic that belongs to no app: it reads what lies in the broker, and acknowledges nothing. */
export interface Recorder {
  readonly events: readonly RecordedEvent[]
  /** What lay in the topic and was no event of ours. */
  readonly strange: readonly string[]
  stop(): Promise<void>
}

const topic = 'task-events'

const Event = z.object({
  id: z.string(),
  type: z.string(),
  correlationid: z.string().default(''),
  data: z.object({ task_id: z.string(), sequence: z.number(), title: z.string().default('') }),
})

const createRecord = () => {
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

const recordRedis = (port: number): Recorder => {
  const { events, strange, add } = createRecord()
  let last = '-'
  const stopping = new AbortController()
  const readPage = async (): Promise<number> => {
    const entries = Entries.parse(JSON.parse(await redisCli(port, '--json', 'xrange', topic, last, '+', 'count', `${pageSize}`)))
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

const recordKafka = ({ port, jars }: Kafka, { path, home }: Host): Recorder => {
  const { events, strange, add } = createRecord()
  const consumer = ['org.apache.kafka.tools.consumer.ConsoleConsumer', '--bootstrap-server', `127.0.0.1:${port}`, '--topic', topic, '--from-beginning']
  const args = ['--pdeathsig', 'KILL', '--', 'java', ...javaArgs(jars, '128m', ...consumer)]
  const child = spawn('setpriv', args, { env: { PATH: path, HOME: home }, stdio: ['ignore', 'pipe', 'ignore'] })
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => { resolve() })
    child.once('error', (error) => {
      strange.push(error.message)
      resolve()
    })
  })
  createInterface({ input: child.stdout }).on('line', (line) => { add(line, Date.now()) })
  return {
    events,
    strange,
    stop: () => {
      child.kill('SIGKILL')
      return ended
    },
  }
}

/** Records every event on the topic of tasks from its beginning. */
export const startRecorder = ({ redis, kafka }: Stack, host: Host): Recorder => (kafka ? recordKafka(kafka, host) : recordRedis(redis.port))
