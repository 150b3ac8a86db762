import { setTimeout as sleep } from 'node:timers/promises'

import { eventually } from '../../cli/eventually.ts'
import { recovery } from '../../config/tasks/index.ts'
import { judge, type Verdict } from './check.ts'
import { effectiveType } from './check-effects.ts'
import type { History } from './history.ts'
import { createEffectReader, readTasks } from './inspect.ts'
import type { Load } from './load.ts'
import type { Operator } from './operator.ts'
import type { Recorder } from './recorder.ts'
import type { Stack } from './stack.ts'
import { countOf } from './violations.ts'

export interface Drain {
  readonly stack: Stack
  readonly load: Load
  readonly recorder: Recorder
  readonly operator: Operator
  /** The longest wait for what is still to come. */
  readonly seconds: number
  readonly print: (line: string) => void
}

const pauseMs = 3000
/** What is ready may still be unreachable for a moment: kube-proxy hears of it last. */
const unreachableSeconds = 60

const createReader = ({ stack, load, recorder }: Drain): (() => Promise<History>) => {
  const readEffects = createEffectReader(stack)
  return async () => {
    const events = [...recorder.events]
    const effective = [...new Set(events.filter(({ type }) => type === effectiveType).map(({ id }) => id))]
    const tasks = await readTasks(stack)
    return { attempts: load.attempts, events, tasks, effects: await readEffects(effective), outages: stack.injector.outages }
  }
}

/** Looks again until nothing is missing, or for as long as it may; what is wrong then is wrong. */
export const drained = async (drain: Drain): Promise<Verdict> => {
  const end = performance.now() + drain.seconds * 1000
  const read = createReader(drain)
  let last = ''
  for (;;) {
    const verdict = judge(await eventually(read, { seconds: unreachableSeconds, everySeconds: 2 }), recovery.promisedMs)
    if (countOf(verdict.violations) === 0 || performance.now() > end) return verdict
    const { lost, missingEffects, pending } = verdict.violations
    const line = `draining: ${lost.length} events, ${missingEffects.length} effects, ${pending.length} documents to go`
    if (line !== last) drain.print(line)
    last = line
    if (missingEffects.length > 0) await drain.operator.replay()
    await sleep(pauseMs)
  }
}
