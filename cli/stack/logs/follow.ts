import { setTimeout as sleep } from 'node:timers/promises'

import { errorCode } from '../../../toolchain/errors.ts'
import { KubeUnreachable } from '../../kube/port.ts'
import { type LogLine, logLine } from './line.ts'
import { currentSources, isGone, type LogReader, type Reading } from './read.ts'
import type { LogSource } from './sources.ts'

const pollMs = 1000

const isBroken = (error: unknown): boolean => isGone(error) || error instanceof KubeUnreachable || errorCode(error) === 'ECONNRESET'

/**
 * Hands on each line that is written after a reading, of the pods that were there and, from their first line on, of those that come,
 * until the signal is aborted. A connection that breaks is made anew where it was.
 */
export const followAll = async (reader: LogReader, before: Reading, onLine: (line: LogLine) => void, signal: AbortSignal): Promise<void> => {
  const { port, namespace, shown } = reader
  const last = new Map(before.last)
  const [begun, open] = [new Set(last.keys()), new Set<string>()]
  const failure = Promise.withResolvers<never>()

  const read = async (source: LogSource): Promise<void> => {
    const { key, pod, container, previous } = source
    const sinceTime = last.get(key)
    const from = sinceTime === undefined ? (before.last.has(key) ? shown : {}) : { sinceTime }
    for await (const raw of port.follow(namespace, pod, container, signal, { ...from, timestamps: true, previous })) {
      const line = logLine(source, raw)
      if (!line || line.time <= (last.get(key) ?? '')) continue
      last.set(key, line.time)
      onLine(line)
    }
  }
  const start = (source: LogSource): void => {
    begun.add(source.key)
    open.add(source.key)
    read(source)
      .catch((error: unknown) => { if (!signal.aborted && !isBroken(error)) failure.reject(error) })
      .finally(() => open.delete(source.key))
  }
  const poll = async (): Promise<void> => {
    while (!signal.aborted) {
      // What ended between two looks is read once.
      for (const source of await currentSources(reader)) if (!open.has(source.key) && (source.running || !begun.has(source.key))) start(source)
      await sleep(pollMs, undefined, { signal }).catch(() => undefined)
    }
  }
  await Promise.race([poll(), failure.promise])
}
