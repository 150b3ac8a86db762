import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'

import type { Context } from '../context.ts'
import { type Exit, StackError } from '../errors.ts'
import { lint, lintText, type Source } from './lint.ts'

const standardInput = '-'

const read = async (file: string, { root, readInput }: Context['host']): Promise<Source> => {
  if (file === standardInput) return { file: 'stdin', text: (await readInput()).toString() }
  try {
    return { file, text: await readFile(resolve(root, file), 'utf8') }
  } catch (error) {
    throw new StackError('usage', `${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`, 'name a YAML file, or - for what is piped in', { cause: error })
  }
}

/** `stack lint FILE...`: whether YAML that others wrote keeps the rules. */
export const lintVerb = async ({ host, operands, output }: Context): Promise<Exit> => {
  const files = [...new Set(operands)]
  const findings = lint(await Promise.all(files.map((file) => read(file, host))))
  for (const finding of findings) output.emit({ type: 'result', result: 'finding', value: finding })
  output.print(lintText(findings, files.length))
  return findings.length === 0 ? 'ok' : 'findings'
}
