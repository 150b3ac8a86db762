import { stripVTControlCharacters } from 'node:util'

import type { Explanation, Step } from './explanation.ts'

/** Puts a colour on a text, or not. */
type Paint = (colour: 'green' | 'red' | 'yellow' | 'gray' | 'bold', text: string) => string

const marks = { done: ['green', '✓'], failed: ['red', '✗'], waiting: ['yellow', '…'] } as const
const untimed = ' '.repeat('2026-01-02 03:04:05.678'.length)

/** To the millisecond, UTC. */
const timeText = (time: string | undefined): string => (time === undefined ? untimed : new Date(time).toISOString().slice(0, 23).replace('T', ' '))
const oneLine = (text: string): string => stripVTControlCharacters(text).replaceAll(/\s*\n\s*/g, ' ')

const stepText = ({ time, source, text, state = 'done' }: Step, width: number, paint: Paint): string => {
  const [colour, mark] = marks[state]
  return `${paint('gray', timeText(time))}  ${source.padEnd(width)}  ${paint(colour, mark)} ${oneLine(text)}`
}

const verdictText = ({ missing, outcome }: Explanation, paint: Paint): string =>
  missing === undefined ? `${paint('green', 'complete')}: ${oneLine(outcome.join('; '))}` : `${paint('red', 'missing')}: ${oneLine(`${missing.step} — because ${missing.because}; ${missing.fix}`)}`

/** The timeline, with times in UTC, and the verdict as its last line. Pure. */
export const explanationText = (explanation: Explanation, paint: Paint): string => {
  const { subject, place, steps, traces } = explanation
  const width = Math.max(0, ...steps.map(({ source }) => source.length))
  const traced = traces.map((trace) => paint('gray', `trace ${trace}: stack logs --trace ${trace}`))
  return [paint('bold', `${subject} in ${place}`), ...steps.map((step) => stepText(step, width, paint)), ...traced, verdictText(explanation, paint)].join('\n')
}
