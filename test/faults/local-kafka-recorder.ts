import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

import type { Host } from './host.ts'
import { createRecord, type Recorder, topic } from './recorder.ts'
import { javaArgs, type Kafka } from './servers.ts'

/** Reads the topic from its beginning by Kafka's own console consumer. */
export const recordLocalKafka = ({ port, jars }: Kafka, { path, home }: Host): Recorder => {
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
