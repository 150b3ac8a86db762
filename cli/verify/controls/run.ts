import type { AnyObject } from '../../kube/objects.ts'
import type { Criterion } from '../criterion.ts'
import type { Deployed } from '../deployed.ts'
import { type CriterionResult, type LineResult, verify } from '../verification.ts'
import { type Control, titleOf } from './control.ts'
import { untilReady } from './deployment.ts'
import { judgeControl, type Subject } from './judge.ts'

/** A stack in a namespace that is there for the controls alone. */
export interface Scratch {
  readonly deployed: Deployed
  readonly objects: readonly AnyObject[]
  /** Removes the namespace, whatever came of it. */
  readonly remove: () => Promise<void>
}

/** What the controls are run with. */
export interface Range {
  readonly controls: readonly Control[]
  readonly criteria: (deployed: Deployed) => readonly Criterion[]
  /** Applies what synth wrote, changed, into a fresh namespace; the pods need not be ready. */
  readonly deploy: (change: (objects: readonly AnyObject[]) => AnyObject[]) => Promise<Scratch>
  /** How long the unbroken deployment may take to be ready. */
  readonly readySeconds: number
  /** Is told of each line: that it is begun, and what came of it. */
  readonly watcher?: { readonly started?: (title: string) => void; readonly judged?: (line: LineResult) => void }
  /** Ends the run: what is under way throws its reason. */
  readonly signal: AbortSignal
}

/** The title of the first line: nothing is proved by what makes a broken stack fail where the whole one fails too. */
export const unbroken = 'the unbroken deployment meets all criteria'

const blockedBy = (title: string, by: string): LineResult => ({ title, verdict: 'BLOCKED', evidence: [], cause: `blocked by: ${by}`, seconds: 0 })

/** What came of a line, and whether it was tried to its end. */
interface Attempt {
  readonly line: LineResult
  readonly tried: boolean
}

/** Does the work of a line; what it throws is the cause of its failure, unless the run is ended. */
const attempted = async ({ watcher, signal }: Range, title: string, work: () => Promise<LineResult>): Promise<Attempt> => {
  const start = performance.now()
  watcher?.started?.(title)
  const failed = (error: unknown): Attempt => {
    const cause = `it could not be tried: ${error instanceof Error ? error.message : String(error)}`
    return { tried: false, line: { title, verdict: 'FAIL', evidence: [], cause, seconds: (performance.now() - start) / 1000 } }
  }
  const attempt = await work().then((line) => ({ line, tried: true }), failed)
  signal.throwIfAborted()
  watcher?.judged?.(attempt.line)
  return attempt
}

const meetsAll = async ({ criteria, readySeconds, signal }: Range, { deployed }: Scratch): Promise<LineResult> => {
  const start = performance.now()
  await untilReady(deployed.cluster, deployed.replicas, readySeconds)
  const verification = await verify(criteria(deployed), { judged: () => signal.throwIfAborted() })
  const failed = verification.criteria.flatMap(({ id, lines }) => lines.flatMap(({ title, cause }) => (cause === undefined ? [] : `${id} ${title}: ${cause}`)))
  const seconds = (performance.now() - start) / 1000
  if (failed.length > 0) return { title: unbroken, verdict: 'FAIL', evidence: [], cause: failed.join('\n'), seconds }
  return { title: unbroken, verdict: 'PASS', evidence: [`namespace ${deployed.cluster.namespace}`, ...verification.criteria.map(({ id, lines }) => `${id}: ${lines.length} lines hold`)], seconds }
}

const within = async <T>(range: Range, change: Parameters<Range['deploy']>[0], work: (scratch: Scratch) => Promise<T>): Promise<T> => {
  const scratch = await range.deploy(change)
  try {
    return await work(scratch)
  } finally {
    await scratch.remove()
  }
}

/** Judges the whole stack, then each control that breaks it while it runs; after one that could not be mended none is tried. */
const onOneDeployment = async (range: Range, controls: readonly Control[], scratch: Scratch): Promise<LineResult[]> => {
  const { criteria, signal } = range
  const subject: Subject = { ...scratch, criteria, watcher: { judged: () => signal.throwIfAborted() } }
  const whole = await attempted(range, unbroken, () => meetsAll(range, scratch))
  const lines = [whole.line]
  let spoiled = whole.line.verdict === 'FAIL' ? unbroken : undefined
  for (const control of controls) {
    const title = titleOf(control)
    const attempt = spoiled === undefined ? await attempted(range, title, () => judgeControl(subject, control)) : { line: blockedBy(title, spoiled), tried: false }
    if (!attempt.tried) spoiled ??= title
    lines.push(attempt.line)
  }
  return lines
}

const appliedBroken = async (range: Range, control: Control): Promise<LineResult> => {
  const { breakage } = control
  const change: Parameters<Range['deploy']>[0] = breakage.when === 'applied' ? breakage.change : (objects) => [...objects]
  const watcher = { judged: () => range.signal.throwIfAborted() }
  const { line } = await attempted(range, titleOf(control), () => within(range, change, (scratch) => judgeControl({ ...scratch, criteria: range.criteria, watcher }, control)))
  return line
}

/**
 * Arms the controls one after the other, each in a namespace that is removed again, and says of each whether it made exactly its criterion
 * fail. The first line is the unbroken deployment; without it nothing is armed.
 * @throws what the signal is aborted with, once the namespace is gone
 */
export const runControls = async (range: Range): Promise<CriterionResult> => {
  const { controls } = range
  const started = controls.filter(({ breakage }) => breakage.when === 'applied')
  const running = controls.filter(({ breakage }) => breakage.when !== 'applied')
  const lines = await within(range, (objects) => [...objects], (scratch) => onOneDeployment(range, running, scratch))
  const whole = lines[0]?.verdict === 'PASS'
  for (const control of started) lines.push(whole ? await appliedBroken(range, control) : blockedBy(titleOf(control), unbroken))
  return { id: 'controls', title: 'Negative controls', verdict: lines.every(({ verdict }) => verdict === 'PASS') ? 'PASS' : 'FAIL', lines }
}
