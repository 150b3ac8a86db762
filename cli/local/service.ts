import type { AppPlan } from './app-plan.ts'
import type { Command } from './commands.ts'
import { untilReadyAgain } from './ready.ts'
import type { Processes, Running } from './processes.ts'
import { watchEventOf } from './watching.ts'

/** What a service's process needs of the run. */
export interface ServiceContext {
  readonly processes: Processes
  /** Aborted when the run ends. */
  readonly signal: AbortSignal
  readonly say: (name: string, line: string) => void
  /** The program ended by itself, and no change of its code is the reason. */
  readonly onEnd: (service: Running, how: string) => void
}

const readySeconds = 30

/** Tells of a service that is started anew, until it is ready again. */
const followRestarts = (app: AppPlan, { signal: runEnds, say }: ServiceContext) => {
  let current: AbortController | undefined
  const wait = async (signal: AbortSignal): Promise<void> => {
    await untilReadyAgain(app, readySeconds, signal)
    if (signal.aborted) return
    current = undefined
    say(app.id, 'Ready again')
  }
  return {
    isUnderWay: (): boolean => current !== undefined,
    begin: (): void => {
      current?.abort()
      current = new AbortController()
      wait(AbortSignal.any([runEnds, current.signal])).catch((error: unknown) => say(app.id, String(error)))
    },
    fail: (): void => {
      current?.abort()
      say(app.id, 'It does not start after this change: mend it, and it is tried again')
    },
  }
}

/**
 * Starts a service under `node --watch`. While its code is being changed it may fail: then the next change starts it again. At any
 * other time its end is the end of the run.
 */
export const startService = (app: AppPlan, command: Command, context: ServiceContext): Running => {
  const restart = followRestarts(app, context)
  const onLine = (line: string): void => {
    context.say(app.id, line)
    const event = watchEventOf(line)
    if (event === 'restarting') restart.begin()
    if (event === 'ended' && restart.isUnderWay()) restart.fail()
    else if (event === 'ended') context.onEnd(service, 'its program stopped')
  }
  const service = context.processes.start(command, onLine)
  void service.ended.then((how) => context.onEnd(service, how))
  return service
}
