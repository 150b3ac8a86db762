import { readFile } from 'node:fs/promises'

import { execa } from 'execa'

import { ensureTool } from '../../toolchain/tools.ts'

const marked = /<!-- run: ([\w-]+) -->\n```sh\n([\s\S]*?)```/g

/** The shell blocks of a page that are marked `<!-- run: name -->`, by name. */
export const runnableBlocks = async (page: string): Promise<ReadonlyMap<string, string>> => {
  const text = await readFile(page, 'utf8')
  return new Map([...text.matchAll(marked)].map(([, name = '', block = '']) => [name, block]))
}

const files = /<!-- (file|wrong): (\S+) -->\n```\w*\n([\s\S]*?)```/g

/** The files that a page has its reader write, by their paths; or with `wrong` those that it says do not compile. */
export const fileBlocks = async (page: string, kind: 'file' | 'wrong' = 'file'): Promise<ReadonlyMap<string, string>> => {
  const text = await readFile(page, 'utf8')
  return new Map([...text.matchAll(files)].filter(([, is]) => is === kind).map(([, , path = '', block = '']) => [path, block]))
}

const kubectl = async (): Promise<string> => {
  const own = await execa('kubectl', ['version', '--client'], { reject: false })
  return own.failed ? ensureTool('kubectl', () => undefined) : 'kubectl'
}

export interface BlockOptions {
  /** Folder the block is run in. @default - the project's */
  readonly cwd?: string
  /** Variables that the block asks its reader for. */
  readonly env: Readonly<Record<string, string>>
}

/** Runs a marked block of a page as its reader would. */
export const runBlock = async (page: string, name: string, options: BlockOptions): Promise<void> => {
  const block = (await runnableBlocks(page)).get(name)
  if (block === undefined) throw new Error(`${page} has no block marked "run: ${name}"`)
  const script = `kubectl() { command "${await kubectl()}" "$@"; }\n${block}`
  await execa('bash', ['-euo', 'pipefail', '-c', script], { preferLocal: true, ...options })
}
