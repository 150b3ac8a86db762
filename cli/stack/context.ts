import type { Host } from './host.ts'
import type { Options } from './options.ts'
import type { Output } from './output/output.ts'

/** What a verb works with. */
export interface Context {
  readonly host: Host
  readonly options: Options
  /** What stands on the command line beside the flags. */
  readonly operands: readonly string[]
  readonly output: Output
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal
}

/** Does the work of a phase and says how long it took. */
export const inPhase = async <T>({ output }: Pick<Context, 'output'>, phase: string, work: () => Promise<T>): Promise<T> => {
  const start = performance.now()
  output.emit({ type: 'phase', phase, state: 'started' })
  const result = await work()
  output.emit({ type: 'phase', phase, state: 'done', seconds: (performance.now() - start) / 1000 })
  return result
}
