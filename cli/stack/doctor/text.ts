import { stripVTControlCharacters } from 'node:util'

import type { Diagnosis } from '../../doctor/diagnosis.ts'
import type { Finding } from '../../doctor/finding.ts'
import type { Theme } from '../../doctor/rule.ts'
import type { Paint } from '../output/colours.ts'

/** Narrower than this nothing is broken. */
const narrowest = 40

/** A text as lines that are no longer than a width, by its words; those after the first as far in as `hang`. */
export const wrapped = (text: string, width: number, hang: string): string[] => {
  const lines: string[] = []
  let line = ''
  for (const word of stripVTControlCharacters(text).split(/\s+/)) {
    const longer = line === '' ? word : `${line} ${word}`
    if (longer.length <= width || line.trim() === '') line = longer
    else {
      lines.push(line)
      line = `${hang}${word}`
    }
  }
  return [...lines, line]
}

const findingText = ({ id, subject, what, evidence, fix, hidden = [] }: Finding, width: number, paint: Paint): string[] => {
  const block = (head: string, text: string, style: Parameters<Paint>[0]): string[] => wrapped(text, width - 4 - head.length, ' '.repeat(head.length)).map((line, index) => `    ${paint(style, index === 0 ? head + line : line)}`)
  const [first = '', ...more] = wrapped(`${subject}: ${what}`, width - 4, '')
  return [
    `  ${paint('red', '✗')} ${paint('bold', first)}`,
    ...more.map((line) => `    ${paint('bold', line)}`),
    ...evidence.flatMap((line) => block('- ', line, 'gray')),
    ...(hidden.length === 0 ? [] : block('- ', `explains too: ${hidden.map((one) => one.slice(0, one.indexOf(':'))).join(', ')}`, 'gray')),
    ...block('fix: ', fix, 'green'),
    `    ${paint('gray', `(${id})`)}`,
  ]
}

const count = (amount: number, word: string): string => `${amount} ${word}${amount === 1 ? '' : 's'}`

/** The diagnosis for people: a line for each theme that is well, each finding under its theme, then what could not be looked at. Pure. */
export const diagnosisText = ({ findings, unlooked, looked }: Diagnosis, themes: readonly Theme[], where: string, columns: number, paint: Paint): string => {
  const width = Math.max(narrowest, columns)
  const parts = themes.flatMap(({ name, rules }) => {
    const own = findings.filter(({ id }) => rules.some((rule) => rule.id === id))
    if (own.length === 0) return [`${paint('green', '✓')} ${name} ${paint('gray', `(${rules.length} looked after)`)}`]
    return [`${paint('red', '✗')} ${paint('bold', name)}`, ...own.flatMap((finding) => findingText(finding, width, paint))]
  })
  const blind = unlooked.flatMap(({ what, why }) => wrapped(`not looked at: ${what}: ${why}`, width - 2, '').map((line, index) => `${index === 0 ? paint('yellow', '! ') : '  '}${line}`))
  const summary = findings.length === 0 ? `nothing is wrong that ${count(looked, 'rule')} look after` : `${count(findings.length, 'finding')}; docs/doctor.md says more of each`
  return [paint('bold', where), ...parts, ...blind, unlooked.length === 0 ? summary : `${summary}; ${count(unlooked.length, 'look')} could not be made`].join('\n')
}
