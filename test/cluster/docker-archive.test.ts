import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { run } from '../../toolchain/run.ts'
import { referenceIn, writeArchive, writeLayer } from './docker-archive.ts'

let folder: string

beforeEach(async () => { folder = await mkdtemp(join(tmpdir(), 'archive-')) })
afterEach(() => rm(folder, { recursive: true }))

async function archiveOf(name: string): Promise<string> {
  const scratch = join(folder, name)
  await mkdir(scratch)
  await writeFile(join(scratch, 'hello'), 'hello')
  const layer = await writeLayer(join(scratch, 'layer.tar'), scratch, { 'bin/hello': join(scratch, 'hello') })
  await writeArchive(join(folder, `${name}.tar`), scratch, 'example.org/hello:1', [layer], { Entrypoint: ['/bin/hello'], User: '65532:65532' })
  return join(folder, `${name}.tar`)
}

test('an archive holds its reference, its configuration and the files of its layers', async () => {
  const archive = await archiveOf('one')
  expect(await referenceIn(archive)).toBe('example.org/hello:1')
  const config = JSON.parse(await run('tar', ['-xOf', archive, 'config.json'])) as { config: unknown; rootfs: { diff_ids: string[] } }
  expect(config.config).toEqual({ Entrypoint: ['/bin/hello'], User: '65532:65532' })
  expect(config.rootfs.diff_ids).toEqual([expect.stringMatching(/^sha256:[0-9a-f]{64}$/)])
})

test('equal files give equal layers, whenever they are made', async () => {
  const layers = await Promise.all(['one', 'two'].map(async (name) => run('tar', ['-xOf', await archiveOf(name), 'config.json'])))
  expect(layers[0]).toBe(layers[1])
})

test('fails for an archive without a reference', async () => {
  await writeFile(join(folder, 'manifest.json'), '[{}]')
  await run('tar', ['-cf', join(folder, 'x.tar'), '-C', folder, 'manifest.json'])
  await expect(referenceIn(join(folder, 'x.tar'))).rejects.toThrow('holds no image with a reference')
})
