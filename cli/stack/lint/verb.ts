import { readdir, readFile, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'

import type { Context } from '../context.ts'
import { type Exit, StackError } from '../errors.ts'
import { lint, lintText, type Source } from './lint.ts'

const standardInput = '-'

/** The files that a name on the command line stands for: itself, or the YAML in a folder and below. */
const filesOf = async (name: string, root: string): Promise<string[]> => {
  if (name === standardInput || !(await stat(resolve(root, name))).isDirectory()) return [name]
  const found = await readdir(resolve(root, name), { recursive: true })
  return found.filter((file) => /\.ya?ml$/.test(file)).sort().map((file) => join(name, file))
}

const sourcesOf = async (name: string, { root, readInput }: Context['host']): Promise<Source[]> => {
  try {
    const files = await filesOf(name, root)
    return await Promise.all(
      files.map(async (file) => (file === standardInput ? { file: 'stdin', text: (await readInput()).toString() } : { file, text: await readFile(resolve(root, file), 'utf8') })),
    )
  } catch (error) {
    throw new StackError('usage', `${name} cannot be read: ${error instanceof Error ? error.message : String(error)}`, 'name a YAML file, a folder, or - for what is piped in', { cause: error })
  }
}

/** `stack lint FILE...`: whether YAML that others wrote keeps the rules. */
export const lintVerb = async ({ host, operands, output }: Context): Promise<Exit> => {
  const sources = (await Promise.all([...new Set(operands)].map((name) => sourcesOf(name, host)))).flat()
  if (sources.length === 0) throw new StackError('usage', `there is no YAML file in ${operands.join(', ')}`, 'name a file, or another folder')
  const findings = lint(sources)
  for (const finding of findings) output.emit({ type: 'result', result: 'finding', value: finding })
  output.print(lintText(findings, sources.length))
  return findings.length === 0 ? 'ok' : 'findings'
}
