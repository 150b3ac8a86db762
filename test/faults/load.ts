import { setTimeout as sleep } from 'node:timers/promises'

import type { Client } from './client.ts'
import type { Attempt } from './history.ts'
import type { Operations } from './operations.ts'
import type { Random } from './random.ts'

/** Clients at work, as many at a time as there are workers. */
export interface Load {
  readonly attempts: readonly Attempt[]
  /** Requests that were sent and are not over. */
  readonly inFlight: number
  /** Requests that were sent. */
  readonly started: number
  /** Requests that may be sent. */
  readonly granted: number
  /** Lets so many more requests be sent. */
  grant(count: number): void
  /** When the requests that were sent are over; no more are. */
  stop(): Promise<void>
}

export interface LoadOptions {
  readonly urls: readonly string[]
  readonly workers: number
  readonly client: Client
  readonly operations: Operations
  readonly random: Random
}

const idleMs = 10
/** A replica that refused a connection is left alone for this long, as a Service leaves one that is not ready. */
const avoidedMs = 200

export const startLoad = ({ urls, workers, client, operations, random }: LoadOptions): Load => {
  const attempts: Attempt[] = []
  const refusedAt = new Map<string, number>()
  let [inFlight, started, granted, stopped] = [0, 0, 0, false]
  const chooseUrl = (): string | undefined => {
    const open = urls.filter((url) => Date.now() - (refusedAt.get(url) ?? 0) > avoidedMs)
    return open.length > 0 ? random.pick(open) : undefined
  }
  const operate = async (url: string): Promise<void> => {
    const { plan, change } = operations.next()
    const startedAt = Date.now()
    inFlight += 1
    started += 1
    const outcome = await client.send(url, change)
    inFlight -= 1
    if (outcome === 'refused') {
      refusedAt.set(url, Date.now())
      started -= 1
      return
    }
    const attempt = { ...plan, startedAt, endedAt: Date.now(), ...(outcome !== 'lost' && { answer: outcome }) }
    attempts.push(attempt)
    operations.learn(attempt)
  }
  const work = async (): Promise<void> => {
    while (!stopped) {
      const url = started < granted ? chooseUrl() : undefined
      if (url === undefined) await sleep(idleMs)
      else await operate(url)
    }
  }
  const working = Promise.all(Array.from({ length: workers }, work))
  return {
    attempts,
    get inFlight() { return inFlight },
    get started() { return started },
    get granted() { return granted },
    grant: (count) => { granted += count },
    stop: async () => {
      stopped = true
      await working
    },
  }
}
