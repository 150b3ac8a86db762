import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'

import type { Host } from '../host.ts'
import type { Options } from '../options.ts'
import { StackError } from '../errors.ts'

/** Where the value of a key comes from. */
export interface Source {
  readonly secret: string
  readonly key: string
  readonly from: 'a file' | 'standard input' | 'chance'
  readonly file?: string
}

const pattern = /^(?<secret>[a-z0-9][a-z0-9.-]*)\/(?<key>[\w.-]+)(?:=(?<file>.+))?$/

const parsed = (flag: string, text: string, from: Source['from']): Source => {
  const { secret, key, file } = pattern.exec(text)?.groups ?? {}
  const form = from === 'a file' ? 'NAME/KEY=FILE' : 'NAME/KEY'
  // What stands behind the "=" may be a value that somebody took for a file.
  const shown = text.replace(/=.*$/s, '=…')
  if (secret === undefined || key === undefined || (file !== undefined) !== (from === 'a file')) throw new StackError('usage', `${flag} "${shown}" is not of the form ${form}`, 'values are read from files and standard input, never from the command line')
  return { secret, key, from, ...(file !== undefined && { file }) }
}

/**
 * Reads off the command line where values come from.
 * @throws StackError when one cannot be read, or two say the same key
 */
export const sourcesOf = ({ fromFile, fromStdin, generate }: Pick<Options, 'fromFile' | 'fromStdin' | 'generate'>): Source[] => {
  const sources = [
    ...fromFile.map((text) => parsed('--from-file', text, 'a file')),
    ...(fromStdin === undefined ? [] : [parsed('--from-stdin', fromStdin, 'standard input')]),
    ...generate.map((text) => parsed('--generate', text, 'chance')),
  ]
  const names = sources.map(({ secret, key }) => `${secret}/${key}`)
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined) throw new StackError('usage', `${twice} is given twice`, 'give it once')
  return sources
}

/** Random bytes of a value that is made here. */
const generatedBytes = 32

/** People end lines; no password does. */
const withoutLineEnd = (value: Buffer): Buffer => {
  const end = value.at(-1) === 0x0a ? (value.at(-2) === 0x0d ? 2 : 1) : 0
  return value.subarray(0, value.length - end)
}

const given = async ({ root, readInput }: Pick<Host, 'root' | 'readInput'>, { from, file = '' }: Source): Promise<Buffer> => {
  if (from === 'chance') return Buffer.from(randomBytes(generatedBytes).toString('base64url'))
  return withoutLineEnd(from === 'a file' ? await readFile(resolve(root, file)) : await readInput())
}

/**
 * Reads the value of a source, without a line end at its end.
 * @throws StackError when there is none
 */
export const valueOf = async (host: Pick<Host, 'root' | 'readInput'>, source: Source): Promise<Buffer> => {
  const name = `${source.secret}/${source.key}`
  const value = await given(host, source).catch((error: unknown) => {
    // Its words would repeat the file's name, which may be a value that somebody gave for one.
    throw new StackError('usage', `the value of ${name} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown reason'})`, 'name a file that is there; nothing was changed')
  })
  if (value.length === 0) throw new StackError('usage', `the value of ${name} is empty`, 'nothing was changed')
  return value
}
