import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

import { errorCode } from '../../../toolchain/errors.ts'
import type { TargetFiles } from './target.ts'

/** Moves what is in one folder into another, in place of all that is there but these folders. */
export const replaceManifests = async (made: string, folder: string, kept: readonly string[]): Promise<void> => {
  await mkdir(folder, { recursive: true })
  for (const name of await readdir(folder)) if (!kept.includes(name)) await rm(join(folder, name), { recursive: true })
  for (const name of await readdir(made)) await rename(join(made, name), join(folder, name))
}

/** Writes the files of a target in place of those of the last time. Secrets that somebody has filled in stay. */
export const writeTarget = async (folder: string, { files, secretsFile }: TargetFiles): Promise<void> => {
  await mkdir(folder, { recursive: true })
  for (const name of await readdir(folder)) if (name !== secretsFile) await rm(join(folder, name), { recursive: true })
  for (const { path, text } of files) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), text)
  }
  if (secretsFile === undefined) return
  await writeFile(join(folder, secretsFile), '{}\n', { flag: 'wx' }).catch((error: unknown) => {
    if (errorCode(error) !== 'EEXIST') throw error
  })
}
