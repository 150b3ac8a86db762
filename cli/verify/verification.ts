import { CheckFailed, type Criterion, type Line } from './criterion.ts'

export type Verdict = 'PASS' | 'FAIL' | 'BLOCKED'

export interface LineResult {
  readonly title: string
  readonly verdict: Verdict
  /** What was seen; empty unless the line holds. */
  readonly evidence: readonly string[]
  /** Why the line does not hold, or `blocked by SC-n`. */
  readonly cause?: string
  /** How long its check took; 0 for a blocked one. A call that several lines need counts for the first of them. */
  readonly seconds: number
}

export interface CriterionResult {
  readonly id: string
  readonly title: string
  readonly verdict: Verdict
  readonly lines: readonly LineResult[]
}

/** The verdict on a deployed stack, criterion by criterion. */
export interface Verification {
  readonly verdict: 'PASS' | 'FAIL'
  readonly criteria: readonly CriterionResult[]
  /** What came of the negative controls, a line each. Missing where none were armed. */
  readonly controls?: CriterionResult
}

/** All that there is to show: the criteria, and after them the controls. Pure. */
export const resultsOf = ({ criteria, controls }: Verification): readonly CriterionResult[] => (controls === undefined ? criteria : [...criteria, controls])

const causeOf = (error: unknown): string => {
  if (error instanceof CheckFailed) return error.message
  return `the check itself failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`
}

const judge = async ({ title, check }: Line): Promise<LineResult> => {
  const start = performance.now()
  const seconds = (): number => (performance.now() - start) / 1000
  try {
    return { title, verdict: 'PASS', evidence: await check(), seconds: seconds() }
  } catch (error) {
    return { title, verdict: 'FAIL', evidence: [], cause: causeOf(error), seconds: seconds() }
  }
}

/** Is told what goes on while criteria are judged. */
export interface Watcher {
  readonly started?: (criterion: Criterion) => void
  readonly judged?: (line: LineResult) => void
  readonly ended?: (result: CriterionResult) => void
}

const judgeAll = async ({ id, title, lines }: Criterion, judged: Watcher['judged']): Promise<CriterionResult> => {
  const results: LineResult[] = []
  for (const line of lines) {
    const result = await judge(line)
    judged?.(result)
    results.push(result)
  }
  return { id, title, verdict: results.every(({ verdict }) => verdict === 'PASS') ? 'PASS' : 'FAIL', lines: results }
}

const blocked = ({ id, title, lines }: Criterion, by: string, judged: Watcher['judged']): CriterionResult => {
  const results = lines.map((line): LineResult => ({ title: line.title, verdict: 'BLOCKED', evidence: [], cause: `blocked by ${by}`, seconds: 0 }))
  for (const result of results) judged?.(result)
  return { id, title, verdict: 'BLOCKED', lines: results }
}

/** Judges the criteria in order. One whose dependency failed is not tried: it reads `blocked by` the criterion that failed first. */
export const verify = async (criteria: readonly Criterion[], watcher: Watcher = {}): Promise<Verification> => {
  const results: CriterionResult[] = []
  const failedBy = new Map<string, string>()
  for (const criterion of criteria) {
    const by = failedBy.get(criterion.dependsOn ?? '')
    watcher.started?.(criterion)
    const result = by === undefined ? await judgeAll(criterion, watcher.judged) : blocked(criterion, by, watcher.judged)
    if (result.verdict !== 'PASS') failedBy.set(criterion.id, by ?? criterion.id)
    watcher.ended?.(result)
    results.push(result)
  }
  return { verdict: failedBy.size === 0 ? 'PASS' : 'FAIL', criteria: results }
}
