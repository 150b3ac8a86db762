import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll } from '@jest/globals'

/** For the tests of a file: makes a folder whose cdk8s.yaml names a module with this text as `verify`. */
export const moduleFolder = (): ((name: string, text: string) => Promise<string>) => {
  let folder = ''
  beforeAll(async () => { folder = await mkdtemp(join(tmpdir(), 'stack-module-')) })
  afterAll(() => rm(folder, { recursive: true }))
  return async (name, text) => {
    await writeFile(join(folder, name), text)
    await writeFile(join(folder, 'cdk8s.yaml'), `app: 'true'\nverify: ${name}\n`)
    return folder
  }
}
