import { stripVTControlCharacters } from 'node:util'

import { type CriterionResult, type LineResult, resultsOf, type Verdict, type Verification } from '../../verify/index.ts'
import type { Paint } from '../output/colours.ts'

const marks = { PASS: ['green', '✓'], FAIL: ['red', '✗'], BLOCKED: ['yellow', '-'] } as const satisfies Record<Verdict, unknown>
const widest = 120

const cut = (text: string): string => (text.length <= widest ? text : `${text.slice(0, widest - 1)}…`)
/** What the cluster said, without what would draw on the terminal. */
const rowsOf = (text: string): string[] => stripVTControlCharacters(text).split('\n')

/** The first thing that was seen, and how much more. */
const seenOf = ({ evidence }: LineResult): string[] => {
  const [first, ...more] = evidence
  return first === undefined ? [] : [`${cut(rowsOf(first).join(' '))}${more.length === 0 ? '' : ` (and ${more.length} more)`}`]
}

/** A line's cause, or the first thing that was seen, for a list of what goes on. Pure. */
export const briefOf = (line: LineResult): string => (line.cause === undefined ? (seenOf(line)[0] ?? 'it holds') : rowsOf(line.cause).join(' '))

const lineText = (line: LineResult, paint: Paint): string[] => {
  const [colour, mark] = marks[line.verdict]
  const causes = line.cause === undefined ? [] : rowsOf(line.cause).map((row) => paint(colour, `      ${row}`))
  return [`  ${paint(colour, mark)} ${line.title} ${paint('gray', `${line.seconds.toFixed(1)} s`)}`, ...causes, ...seenOf(line).map((row) => paint('gray', `      ${row}`))]
}

const criterionText = ({ id, title, verdict, lines }: CriterionResult, width: number, paint: Paint): string[] => {
  const held = lines.filter((line) => line.verdict === 'PASS').length
  const name = `${id}  ${title}`.padEnd(width)
  return [`${paint('bold', name)}  ${held}/${lines.length}  ${paint(marks[verdict][0], verdict)}`, ...lines.flatMap((line) => lineText(line, paint))]
}

const countOf = (results: readonly { readonly verdict: Verdict }[]): string => `${results.filter(({ verdict }) => verdict === 'PASS').length} of ${results.length}`

/** How many criteria hold, and how many controls did what they are for. Pure. */
const totals = ({ criteria, controls }: Verification): string =>
  `${countOf(criteria)} criteria hold${controls === undefined ? '' : `, ${countOf(controls.lines)} lines of their controls`}`

/** The verdicts as a table: a row for each criterion, its lines under it, each with its cause or with the first thing that was seen; then the controls. Pure. */
export const verdictsText = (verification: Verification, paint: Paint): string => {
  const results = resultsOf(verification)
  const width = Math.max(0, ...results.map(({ id, title }) => `${id}  ${title}`.length))
  return [...results.flatMap((result) => criterionText(result, width, paint)), totals(verification)].join('\n')
}
