import { CheckFailed, type Criterion, type Line } from './criterion.ts'

export type Verdict = 'PASS' | 'FAIL' | 'BLOCKED'

export interface LineResult {
  readonly title: string
  readonly verdict: Verdict
  /** What was seen; empty unless the line holds. */
  readonly evidence: readonly string[]
  /** Why the line does not hold, or `blocked by SC-n`. */
  readonly cause?: string
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
}

const causeOf = (error: unknown): string => {
  if (error instanceof CheckFailed) return error.message
  return `the check itself failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`
}

const judge = async ({ title, check }: Line): Promise<LineResult> => {
  try {
    return { title, verdict: 'PASS', evidence: await check() }
  } catch (error) {
    return { title, verdict: 'FAIL', evidence: [], cause: causeOf(error) }
  }
}

const judgeAll = async ({ id, title, lines }: Criterion): Promise<CriterionResult> => {
  const results: LineResult[] = []
  for (const line of lines) results.push(await judge(line))
  return { id, title, verdict: results.every(({ verdict }) => verdict === 'PASS') ? 'PASS' : 'FAIL', lines: results }
}

const blocked = ({ id, title, lines }: Criterion, by: string): CriterionResult => ({
  id,
  title,
  verdict: 'BLOCKED',
  lines: lines.map((line) => ({ title: line.title, verdict: 'BLOCKED', evidence: [], cause: `blocked by ${by}` })),
})

/**
 * Judges the criteria in order. One whose dependency failed is not tried: it reads `blocked by` the criterion that failed first.
 * @param progress is told each criterion's id and title before it is judged
 */
export const verify = async (criteria: readonly Criterion[], progress: (line: string) => void = () => undefined): Promise<Verification> => {
  const results: CriterionResult[] = []
  const failedBy = new Map<string, string>()
  for (const criterion of criteria) {
    const by = failedBy.get(criterion.dependsOn ?? '')
    progress(`${criterion.id} ${criterion.title}`)
    const result = by === undefined ? await judgeAll(criterion) : blocked(criterion, by)
    if (result.verdict !== 'PASS') failedBy.set(criterion.id, by ?? criterion.id)
    results.push(result)
  }
  return { verdict: failedBy.size === 0 ? 'PASS' : 'FAIL', criteria: results }
}
