import { type Markup, markup } from './markup.ts'
import { type CriterionResult, type LineResult, resultsOf, type Verification } from './verification.ts'

const none = markup``

const outcome = ({ verdict, cause = '', evidence }: LineResult): Markup => {
  if (verdict === 'FAIL') return markup`<failure message="${cause.split('\n')[0] ?? ''}">${cause}</failure>`
  if (verdict === 'BLOCKED') return markup`<skipped message="${cause}"/>`
  return evidence.length === 0 ? none : markup`<system-out>${evidence.join('\n')}</system-out>`
}

const secondsOf = (lines: readonly LineResult[]): string => lines.reduce((sum, { seconds }) => sum + seconds, 0).toFixed(3)
const countOf = (lines: readonly LineResult[], verdict: LineResult['verdict']): number => lines.filter((line) => line.verdict === verdict).length

const totals = (lines: readonly LineResult[]): Markup =>
  markup`tests="${lines.length}" failures="${countOf(lines, 'FAIL')}" errors="0" skipped="${countOf(lines, 'BLOCKED')}" time="${secondsOf(lines)}"`

const suite = ({ id, title, lines }: CriterionResult): Markup => markup`  <testsuite name="${id}: ${title}" ${totals(lines)}>
${lines.map((line) => markup`    <testcase classname="${id}" name="${line.title}" time="${line.seconds.toFixed(3)}">${outcome(line)}</testcase>
`)}  </testsuite>
`

/** The verdicts as JUnit XML: a suite for each criterion and one for the controls, a case for each line; a blocked line is a skipped case. Pure. */
export const junitXml = (verification: Verification): string => {
  const results = resultsOf(verification)
  return markup`<?xml version="1.0" encoding="UTF-8"?>
<testsuites ${totals(results.flatMap(({ lines }) => lines))}>
${results.map(suite)}</testsuites>
`.text
}
