import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { verificationOf } from '../../../cli/stack/verify/module.ts'

let folder = ''
beforeAll(async () => { folder = await mkdtemp(join(tmpdir(), 'stack-verify-')) })
afterAll(() => rm(folder, { recursive: true }))

/** A folder whose cdk8s.yaml names a module with this text. */
const naming = async (name: string, text: string): Promise<string> => {
  await writeFile(join(folder, name), text)
  await writeFile(join(folder, 'cdk8s.yaml'), `app: 'true'\nverify: ${name}\n`)
  return folder
}

test('what a stack is verified by is the module that its cdk8s.yaml names', async () => {
  const text = "export const verification = { graph: { apps: [] }, sources: ['src'], criteria: () => [] }"
  expect((await verificationOf(await naming('good.mjs', text))).sources).toEqual(['src'])
})

test('fails where the module exports nothing of the kind', async () => {
  await expect(verificationOf(await naming('odd.mjs', 'export const verification = { criteria: [] }'))).rejects.toThrow('odd.mjs exports no "verification" with graph, sources and criteria; export one')
})

test('fails where the module cannot be loaded, with the reason', async () => {
  await expect(verificationOf(await naming('broken.mjs', 'throw new Error("no luck")'))).rejects.toThrow(/broken\.mjs, which the cdk8s\.yaml names, cannot be loaded: no luck/)
})
