import { problemCodes, problems } from './problems.ts'

const introduction = `# Errors

Every error is \`application/problem+json\` (RFC 9457) and one of these. \`code\` is what programs decide by, \`detail\` says what happened
this time, \`solve\` is the last column, and \`request_id\` is what the service's log has it under. A 422 has all \`violations\` at once,
each with a JSON Pointer that starts with the part of the request: \`/body/title\`.`

const section = (code: keyof typeof problems): string => {
  const { status, title, solve } = problems[code]
  return `## ${code}\n\n**${status}** ${title}.\n\n${solve}`
}

/** The catalogue of problems as a page in Markdown; the codes are its fragments. */
export const errorsPage = (): string => `${[introduction, ...problemCodes.map(section)].join('\n\n')}\n`
