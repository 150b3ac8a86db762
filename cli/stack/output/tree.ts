import type { StackEvent } from '../events.ts'
import type { Paint } from './colours.ts'
import { checkLine } from './lines.ts'

type Progress = Extract<StackEvent, { readonly type: 'progress' }>

/** What the live tree shows: finished phases as a line each, the running one with all that is in it. */
export interface TreeState {
  readonly phases: readonly Phase[]
  readonly notes: readonly string[]
}

interface Phase {
  readonly name: string
  readonly startedMs: number
  readonly seconds?: number
  readonly checks: readonly Extract<StackEvent, { readonly type: 'check' }>[]
  readonly objects: ReadonlyMap<string, string>
  readonly waiting: ReadonlyMap<string, { readonly progress: Progress; readonly sinceMs: number; readonly readyMs?: number }>
}

export const emptyTree: TreeState = { phases: [], notes: [] }

const withLast = (state: TreeState, change: (phase: Phase) => Phase): TreeState => {
  const last = state.phases.at(-1)
  return last ? { ...state, phases: [...state.phases.slice(0, -1), change(last)] } : state
}

const seen = (waiting: Phase['waiting'], progress: Progress, nowMs: number): Phase['waiting'] => {
  const before = waiting.get(progress.object)
  const readyMs = progress.ready ? (before?.readyMs ?? nowMs) : undefined
  return new Map(waiting).set(progress.object, { progress, sinceMs: before?.sinceMs ?? nowMs, ...(readyMs !== undefined && { readyMs }) })
}

/** The tree after an event. Pure. */
export const grown = (state: TreeState, event: StackEvent, nowMs: number): TreeState => {
  switch (event.type) {
    case 'phase':
      if (event.state === 'done') return withLast(state, (phase) => ({ ...phase, seconds: event.seconds }))
      return { ...state, phases: [...state.phases, { name: event.phase, startedMs: nowMs, checks: [], objects: new Map(), waiting: new Map() }] }
    case 'check':
      return withLast(state, (phase) => ({ ...phase, checks: [...phase.checks, event] }))
    case 'object':
      return withLast(state, (phase) => ({ ...phase, objects: new Map(phase.objects).set(event.object, event.did) }))
    case 'progress':
      return withLast(state, (phase) => ({ ...phase, waiting: seen(phase.waiting, event, nowMs) }))
    case 'note':
      return { ...state, notes: [...state.notes, event.text] }
    case 'result':
    case 'error':
      return state
  }
}

const counted = (objects: Phase['objects']): string => {
  const counts = Map.groupBy(objects.values(), (did) => did)
  return [...counts].map(([did, all]) => `${all.length} ${did}`).join(', ')
}

const seconds = (fromMs: number, toMs: number): string => `${((toMs - fromMs) / 1000).toFixed(0)} s`

const objectLines = ({ progress, sinceMs, readyMs }: NonNullable<ReturnType<Phase['waiting']['get']>>, nowMs: number, paint: Paint): string[] => {
  const time = paint('gray', seconds(sinceMs, readyMs ?? nowMs))
  if (progress.ready) return [`  ${paint('green', '✓')} ${progress.object} ${time}`]
  const pods = progress.pods.flatMap(({ name, ready, containers, event }) => [
    `      ${name} ${ready}${event === undefined ? '' : paint('gray', `  ${event}`)}`,
    ...containers.filter((container) => !container.ready).map((container) => `        ${container.name}: ${paint(container.restarts > 0 ? 'red' : 'yellow', container.state)}${container.restarts > 0 ? `, ${container.restarts} restarts` : ''}`),
  ])
  return [`  ${paint('yellow', '…')} ${progress.object}: ${progress.detail} ${time}`, ...pods]
}

const phaseLines = ({ name, startedMs, seconds: took, checks, objects, waiting }: Phase, nowMs: number, paint: Paint): string[] => {
  const sum = objects.size === 0 ? '' : `  ${counted(objects)}`
  const loud = checks.filter(({ state }) => state !== 'ok').map((check) => `  ${checkLine(check, paint)}`)
  if (took !== undefined) return [`${paint('green', '✓')} ${name} ${paint('gray', `${took.toFixed(1)} s`)}${sum}`, ...loud]
  const busy = [...waiting.values()].flatMap((one) => objectLines(one, nowMs, paint))
  return [`${paint('cyan', '●')} ${paint('bold', name)} ${paint('gray', seconds(startedMs, nowMs))}${sum}`, ...loud, ...busy]
}

/** The lines of the tree, the oldest left out where it is taller than the screen. Pure. */
export const treeLines = ({ phases, notes }: TreeState, nowMs: number, rows: number, paint: Paint): string[] => {
  const lines = [...phases.flatMap((phase) => phaseLines(phase, nowMs, paint)), ...notes.map((note) => `${paint('yellow', '!')} ${note}`)]
  return lines.length < rows ? lines : [paint('gray', `(${lines.length - rows + 2} lines above)`), ...lines.slice(lines.length - rows + 2)]
}
