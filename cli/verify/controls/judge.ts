import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import type { AnyObject } from '../../kube/objects.ts'
import type { Criterion } from '../criterion.ts'
import type { Deployed } from '../deployed.ts'
import { type LineResult, type Verdict, type Verification, verify, type Watcher } from '../verification.ts'
import { objectIn } from './breakages.ts'
import { type BrokenSource, type BrokenWhileRunning, type Control, titleOf } from './control.ts'

/** A running stack that may be broken, and what it is judged by. */
export interface Subject {
  readonly deployed: Deployed
  /** What was applied. */
  readonly objects: readonly AnyObject[]
  readonly criteria: (deployed: Deployed) => readonly Criterion[]
  readonly watcher?: Watcher
}

/** What each criterion must read when one fails: what depends on that one is blocked, and all others hold. Pure. */
export const expectedVerdicts = (criteria: readonly Pick<Criterion, 'id' | 'dependsOn'>[], failing: string): ReadonlyMap<string, Verdict> => {
  const expected = new Map<string, Verdict>()
  for (const { id, dependsOn = '' } of criteria) {
    const blocked = (expected.get(dependsOn) ?? 'PASS') !== 'PASS'
    expected.set(id, id === failing ? 'FAIL' : blocked ? 'BLOCKED' : 'PASS')
  }
  return expected
}

const causesOf = ({ criteria }: Verification, id: string): string[] => criteria.flatMap((criterion) => (criterion.id === id ? criterion.lines.flatMap(({ cause }) => cause ?? []) : []))

/** Why a control did not do what it is for; empty where it did. Pure. */
export const shortfalls = ({ criterion, says }: Control, criteria: readonly Pick<Criterion, 'id' | 'dependsOn'>[], verification: Verification): string[] => {
  const expected = expectedVerdicts(criteria, criterion)
  if (!expected.has(criterion)) return [`there is no criterion ${criterion}; there are ${criteria.map(({ id }) => id).join(', ')}`]
  // That nothing is blocked follows from the criterion that did not fail.
  const odd = verification.criteria.filter(({ id, verdict }) => expected.get(id) !== verdict && !(expected.get(id) === 'BLOCKED' && verdict === 'PASS'))
  const unlike = odd.map(({ id, verdict }) => [`${id} reads ${verdict} where ${expected.get(id) ?? ''} is expected`, ...causesOf(verification, id)].join(': '))
  const causes = causesOf(verification, criterion).join('\n')
  const unsaid = odd.length > 0 ? [] : says.filter((text) => !causes.includes(text)).map((text) => `the cause under ${criterion} does not say "${text}": ${causes}`)
  return [...unlike, ...unsaid]
}

/** The control as a line: it holds when exactly its criterion failed, and its evidence is the causes that were named. Pure. */
export const controlLine = (control: Control, criteria: readonly Pick<Criterion, 'id' | 'dependsOn'>[], verification: Verification, seconds: number): LineResult => {
  const missing = shortfalls(control, criteria, verification)
  const title = titleOf(control)
  if (missing.length > 0) return { title, verdict: 'FAIL', evidence: [], cause: missing.join('\n'), seconds }
  const verdicts = verification.criteria.map(({ id, verdict }) => `${id} ${verdict}`).join(', ')
  return { title, verdict: 'PASS', evidence: [verdicts, ...causesOf(verification, control.criterion)], seconds }
}

const judged = async (control: Control, { deployed, criteria, watcher }: Subject, start: number): Promise<LineResult> => {
  const wanted = criteria(deployed)
  return controlLine(control, wanted, await verify(wanted, watcher), (performance.now() - start) / 1000)
}

const withBrokenSource = async <T>({ deployed }: Subject, { folder, file, text }: BrokenSource, work: (deployed: Deployed) => Promise<T>): Promise<T> => {
  const copy = await mkdtemp(join(tmpdir(), 'stack-control-'))
  try {
    await cp(folder, join(copy, folder), { recursive: true })
    await writeFile(join(copy, folder, file), text)
    return await work({ ...deployed, sources: deployed.sources.map((source) => (source === folder ? join(copy, folder) : source)) })
  } finally {
    await rm(copy, { recursive: true })
  }
}

/**
 * Breaks a running stack, does the work, and mends it.
 * @throws what the waits throw, when the stack does not take the change or is not whole again
 */
export const whileBroken = async <T>({ deployed, objects }: Pick<Subject, 'deployed' | 'objects'>, { kind, name, change, untilBroken, untilWhole }: BrokenWhileRunning, work: () => Promise<T>): Promise<T> => {
  const { objects: api } = deployed.cluster
  const original = objectIn(objects, kind, name)
  const changed = change(original) as AnyObject // a changed object is one
  const moved = changed.metadata?.name !== name
  try {
    if (moved) await api.remove(original)
    await api.apply(changed)
    await untilBroken(deployed)
    return await work()
  } finally {
    if (moved) await api.remove(changed)
    await api.apply(original)
    await untilWhole(deployed)
  }
}

/**
 * Breaks a running stack as a control says, judges it, and mends it. For a control that is applied broken the subject is that broken stack.
 * @throws what the waits throw, when the stack does not take the change or is not whole again
 */
export const judgeControl = async (subject: Subject, control: Control): Promise<LineResult> => {
  const start = performance.now()
  const { breakage } = control
  if (breakage.when === 'running') return whileBroken(subject, breakage, () => judged(control, subject, start))
  if (breakage.when === 'source') return withBrokenSource(subject, breakage, (deployed) => judged(control, { ...subject, deployed }, start))
  await breakage.untilTried(subject.deployed)
  return judged(control, subject, start)
}
