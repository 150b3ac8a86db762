import type { RunResult } from './run.ts'
import { violationKinds, type ViolationKind } from './violations.ts'

const shown = 5

const counted = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts).sort(([one], [other]) => one.localeCompare(other)).map(([name, count]) => `${name} ${count}`).join(', ') || 'none'

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`

const violationLines = ({ verdict: { violations } }: RunResult): string[] =>
  (Object.keys(violationKinds) as ViolationKind[]).flatMap((kind) => { // Object.keys widens to string
    const found = violations[kind]
    const examples = found.slice(0, shown).map((text) => `    ${text}`)
    return [`  ${kind.padEnd(17)}${String(found.length).padStart(6)}  ${violationKinds[kind]}`, ...examples, ...(found.length > shown ? [`    ... and ${found.length - shown} more`] : [])]
  })

/** A run, in words. */
export const reportLines = (result: RunResult): string[] => {
  const { place, broker, seed, broken, fsync, faults, kills, killed, fewestInFlight, failures, renewed, outages, secondsOfLoad, secondsOfDrain, replayed, verdict, folder } = result
  const { recovery } = verdict
  return [
    '',
    `Faults on ${broker}, ${place === 'cluster' ? 'in the test cluster' : 'processes of this machine'}, seed ${seed}${broken ? ', with the delivery contract switched off' : ''}`,
    ...fsync.map((line) => `  ${line}`),
    `  operations     ${verdict.operations} in ${secondsOfLoad.toFixed(0)} s, ${verdict.acknowledged} acknowledged, ${verdict.unanswered} without an answer`,
    `  answers        ${counted(verdict.codes)} (0: none)`,
    `  state          ${verdict.tasks} tasks, ${verdict.events} events (${verdict.repeatedEvents} deliveries beyond the first), ${verdict.effects} effects; drained after ${secondsOfDrain.toFixed(0)} s, with ${replayed} dead letter(s) replayed`,
    `  kills          ${kills} by SIGKILL: ${killed.containers} hit containers of the cluster, ${killed.processes} local processes; at least ${kills > 0 ? fewestInFlight : 0} requests in flight at each`,
    `  faults         ${counted(faults)}`,
    `  outages        ${outages.length} of store or broker, the longest of ${Math.max(0, ...outages).toFixed(1)} s`,
    `  ended alone    ${counted(failures)}`,
    ...(renewed > 0 ? [`  renewed        ${renewed} pods were removed because the next start of a container was put off for 20 s or more`] : []),
    `  recovered      ${recovery.recovered} events after their request was over; the longest took ${seconds(recovery.longestMs)}, ${seconds(recovery.longestUndisturbedMs)} with store and broker at work`,
    ...violationLines(result),
    ...(folder === undefined ? [] : [`  logs           ${folder}`]),
  ]
}
