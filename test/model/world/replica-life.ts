import type { Clock } from '../../../service/dapr/index.ts'
import type { Timeline } from './timeline.ts'

/** A process that can be killed and stopped: what reaches it then is lost, or waits. */
export interface Life {
  readonly alive: boolean
  /** When it goes on; not after now when it runs. */
  readonly pausedUntil: number
  kill(): void
  pause(ms: number): void
  /** Lets something reach the process at a moment. */
  deliver(moment: number, work: () => void): () => void
  readonly clock: Clock
}

export const createLife = (timeline: Timeline): Life => {
  let alive = true
  let pausedUntil = 0
  const deliver = (moment: number, work: () => void): (() => void) => {
    let cancel = timeline.at(moment, () => {
      if (!alive) return
      if (timeline.now < pausedUntil) cancel = deliver(pausedUntil, work)
      else work()
    })
    return () => { cancel() }
  }
  return {
    get alive() { return alive },
    get pausedUntil() { return pausedUntil },
    kill: () => { alive = false },
    pause: (ms) => { pausedUntil = Math.max(pausedUntil, timeline.now + ms) },
    deliver,
    clock: {
      now: () => timeline.now,
      latest: () => timeline.now,
      after: (ms, work) => deliver(timeline.now + ms, work),
    },
  }
}
