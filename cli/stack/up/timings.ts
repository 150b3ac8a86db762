import { isPending, type ObjectDiff } from '../diff/object-diff.ts'
import { sumText } from '../diff/render.ts'
import type { Paint } from '../output/colours.ts'

/** What `up` has done. */
export interface Done {
  /** Seconds after which each workload was ready, by its name. */
  readonly ready: ReadonlyMap<string, number>
  readonly diffs: readonly ObjectDiff[]
  /** Subscriptions that have delivered, or would have to if that was asked. */
  readonly delivering: number
  /** Whether it was asked. */
  readonly proven: boolean
  readonly seconds: number
}

const [widest, narrowest] = [24, 6]
/** Beside the name and the bar. */
const frame = '  '.length + '  123.4 s  '.length

const flowText = (subscriptions: number, proven: boolean): string =>
  proven ? `${subscriptions} ${subscriptions === 1 ? 'subscription delivers' : 'subscriptions deliver'}` : 'that events flow was not asked'

/** What `up` ends with: when each workload was ready, and what was done; with bars where there is room for them. Pure. */
export const timingText = ({ ready, diffs, delivering, proven, seconds }: Done, columns: number, paint: Paint): string => {
  const width = Math.max(0, ...[...ready.keys()].map((name) => name.length))
  const room = Math.min(widest, columns - width - frame)
  const slowest = Math.max(0.1, ...ready.values())
  const bar = (after: number): string => (room < narrowest ? '' : `  ${paint('cyan', '▇'.repeat(Math.max(1, Math.round((after / slowest) * room))))}`)
  const rows = [...ready].map(([name, after]) => `  ${name.padEnd(width)}  ${after.toFixed(1).padStart(5)} s${bar(after)}`)
  const changed = diffs.filter(isPending).length
  const did = changed === 0 ? sumText(diffs) : `${changed} objects changed, ${diffs.length - changed} unchanged`
  const flow = delivering === 0 ? '' : `; ${flowText(delivering, proven)}`
  return [...rows, `${paint('green', 'up')}: ${did}; ${ready.size} workloads ready${flow}; ${seconds.toFixed(1)} s`].join('\n')
}
