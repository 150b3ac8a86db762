import { isPending, type ObjectDiff } from '../diff/object-diff.ts'
import { sumText } from '../diff/render.ts'
import type { Paint } from '../output/colours.ts'

const widest = 24

/** What `up` ends with: when each workload was ready, and what was done. Pure. */
export const timingText = (ready: ReadonlyMap<string, number>, diffs: readonly ObjectDiff[], seconds: number, paint: Paint): string => {
  const width = Math.max(0, ...[...ready.keys()].map((name) => name.length))
  const slowest = Math.max(0.1, ...ready.values())
  const rows = [...ready].map(([name, after]) => `  ${name.padEnd(width)}  ${after.toFixed(1).padStart(6)} s  ${paint('cyan', '▇'.repeat(Math.max(1, Math.round((after / slowest) * widest))))}`)
  const changed = diffs.filter(isPending).length
  const did = changed === 0 ? sumText(diffs) : `${changed} objects changed, ${diffs.length - changed} unchanged`
  return [...rows, `${paint('green', 'up')}: ${did}; ${ready.size} workloads ready; ${seconds.toFixed(1)} s`].join('\n')
}
