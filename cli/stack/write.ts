import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'

import { StackError } from './errors.ts'

/**
 * Writes a file that the user named, relative to the folder that `stack` runs in; its folder is made.
 * @throws StackError when it cannot be written
 */
export const writeOut = async (root: string, file: string, content: string | Buffer): Promise<void> => {
  const path = resolve(root, file)
  try {
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, content)
  } catch (error) {
    throw new StackError('usage', `${file} cannot be written: ${error instanceof Error ? error.message : String(error)}`, 'name another file', { cause: error })
  }
}
