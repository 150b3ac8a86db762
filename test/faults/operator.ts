import { z } from 'zod'

import { run } from '../../toolchain/run.ts'
import type { Host } from './host.ts'
import type { Stack } from './stack.ts'

const Outcomes = z.array(z.looseObject({ id: z.string(), result: z.string() }))

/** What somebody does who looks after the stack: replays the dead letters, at times. */
export interface Operator {
  /** Events that were dead letters and were published again. */
  readonly replayed: number
  /** Replays what is there, unless that was done a moment ago. */
  replay(): Promise<void>
}

const pauseMs = 15_000

/** Replays by `npm run dlq`; what it cannot do now it does the next time. */
export const createOperator = (stack: Stack, host: Host): Operator => {
  const replayed = new Set<string>()
  let last = -Infinity
  return {
    get replayed() { return replayed.size },
    replay: async () => {
      if (performance.now() - last < pauseMs) return
      last = performance.now()
      const text = await run(host.node, ['cli/dlq/main.ts', 'replay', '--all', '--json', ...(await stack.dlqOptions())], { cwd: host.root }).catch((error: unknown) => {
        host.print(`the dead letters could not all be replayed: ${error instanceof Error ? error.message : String(error)}`)
        return '[]'
      })
      for (const { id, result } of Outcomes.parse(JSON.parse(text))) if (result === 'replayed') replayed.add(id)
    },
  }
}
