import type { CriterionResult, LineResult, Verification } from './verification.ts'

const lineText = ({ title, verdict, evidence, cause }: LineResult): string[] => [
  `  ${verdict.padEnd(7)} ${title}`,
  ...(cause === undefined ? [] : [`          ${cause}`]),
  ...evidence.map((item) => `          ${item}`),
]

const resultText = ({ lines, verdict }: CriterionResult): string =>
  `${lines.filter((line) => line.verdict === 'PASS').length}/${lines.length} ${verdict}`

const table = (rows: readonly (readonly [string, string])[]): string[] => {
  const width = Math.max(...rows.map(([first]) => first.length))
  const second = Math.max(...rows.map(([, last]) => last.length))
  const render = ([first, last]: readonly [string, string]): string => `| ${first.padEnd(width)} | ${last.padEnd(second)} |`
  const [head, ...body] = rows.map(render)
  return [head ?? '', `|${'-'.repeat(width + 2)}|${'-'.repeat(second + 2)}|`, ...body]
}

/** The verdict as plain text: each line with its evidence or its cause, then the validation summary as a table. */
export const summaryText = ({ criteria }: Verification): string =>
  [
    ...criteria.flatMap(({ id, title, lines }) => [`${id}: ${title}`, ...lines.flatMap(lineText), '']),
    'Validation Summary',
    '',
    ...table([['Success Criteria', 'Result'], ...criteria.map((result) => [`${result.id}: ${result.title}`, resultText(result)] as const)]),
  ].join('\n')
