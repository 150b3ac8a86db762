import { z } from 'zod'

import { streamName } from '../../../infra/constructs/jetstream-setup.ts'
import { type Backlog, type Count, type Question, Uncountable } from './question.ts'

const Info = z.object({ stream_name: z.string(), name: z.string(), num_pending: z.number(), num_ack_pending: z.number() })

const answers = 'stack.answers'

const parsed = (line: string): unknown => {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

/**
 * Reads what a server answered about its consumers. Pure.
 * @throws Uncountable when it says nothing of one
 */
export const pendingIn = (text: string, questions: readonly Question[]): Backlog[] => {
  const infos = text.split('\n').filter((line) => line.startsWith('{')).flatMap((line) => Info.safeParse(parsed(line)).data ?? [])
  return questions.map(({ topic, app }) => {
    const info = infos.find((one) => one.stream_name === streamName(topic) && one.name === app)
    if (!info) throw new Uncountable(`JetStream tells of no consumer ${app} in stream ${streamName(topic)}`)
    return { topic, app, count: info.num_pending + info.num_ack_pending }
  })
}

/** Streams of JetStream, where an app is a consumer. The server is spoken to in its own protocol, with the `nc` of its image. */
export const countInJetStream: Count = async ({ port, exec }, questions) => {
  const asked = questions.map(({ topic, app }) => `PUB $JS.API.CONSUMER.INFO.${streamName(topic)}.${app} ${answers} 0\r\n\r\n`)
  const said = `CONNECT {"verbose":false,"name":"stack"}\r\nSUB ${answers} 1\r\n${asked.join('')}PING\r\n`
  return pendingIn(await exec(['sh', '-c', '{ printf %s "$1"; sleep 1; } | nc -w 5 127.0.0.1 "$2"', 'sh', said, String(port)]), questions)
}
