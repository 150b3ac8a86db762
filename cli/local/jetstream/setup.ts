import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

import { answers } from '../../../infra/constructs/index.ts'
import { NotReady } from '../errors.ts'

const loopback = '127.0.0.1'
const [passMs, pollMs, patienceMs] = [2000, 100, 30_000]

const isQuestion = (line: string): boolean => line.startsWith('PUB ') && line.includes(` ${answers} `)
/** The answers in what a server has said so far; the last line may be half of one. */
const answersIn = (text: string): string[] => text.split('\n').slice(0, -1).filter((line) => line.startsWith('{'))
const questionsIn = (setup: string): number => setup.split('\n').filter(isQuestion).length
const isError = (line: string): boolean => line.includes('"error":{')

/** Says the setup to a server once, and gives its answers, as far as they come in time. */
const say = (port: number, setup: string): Promise<string[]> =>
  new Promise((resolve, reject) => {
    let text = ''
    const socket = connect(port, loopback, () => socket.write(setup.replaceAll('\n', '\r\n')))
    socket.setTimeout(passMs, () => socket.destroy())
    socket.once('error', reject)
    socket.once('close', () => resolve(answersIn(text)))
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk
      if (answersIn(text).length === questionsIn(setup)) socket.destroy()
    })
  })

/** What is not there after the setup was said; `undefined` when all is. */
const missing = async (port: number, setup: string): Promise<string | undefined> => {
  const asked = questionsIn(setup)
  const heard = await say(port, setup).catch((error: unknown) => [JSON.stringify({ error: { description: String(error) } })])
  return heard.find(isError) ?? (heard.length < asked ? `${heard.length} of ${asked} answers` : undefined)
}

/**
 * Waits for a NATS server and makes its streams, or ends when the signal is aborted.
 * @throws NotReady with the server's last word after 30 s
 */
export const makeStreams = async (port: number, setup: string, signal: AbortSignal): Promise<void> => {
  const end = performance.now() + patienceMs
  while (!signal.aborted) {
    const reason = await missing(port, setup)
    if (reason === undefined) return
    if (performance.now() > end) throw new NotReady(`nats-server has not all streams: ${reason}`)
    await sleep(pollMs, undefined, { signal }).catch(() => undefined)
  }
}
