import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { cached, cacheFolder, type Recipe } from '../../toolchain/cache.ts'
import { silent } from '../../toolchain/progress.ts'

const before = process.env['XDG_CACHE_HOME']
let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cache-'))
  process.env['XDG_CACHE_HOME'] = folder
})
afterEach(async () => {
  if (before === undefined) delete process.env['XDG_CACHE_HOME']
  else process.env['XDG_CACHE_HOME'] = before
  await rm(folder, { recursive: true })
})

const recipe = (version: string, made: string[]): Recipe => ({
  name: 'tool',
  recipe: [version],
  make: async (file) => {
    made.push(version)
    await writeFile(file, version)
    await sleep(20)
  },
})

test('what is asked for twice at once is made once, and each version has its own place', async () => {
  const made: string[] = []
  const [first, second] = await Promise.all([cached('tools', recipe('1', made), silent), cached('tools', recipe('1', made), silent)])
  const other = await cached('tools', recipe('2', made), silent)
  expect(made).toEqual(['1', '2'])
  expect(second).toBe(first)
  expect(await readFile(first, 'utf8')).toBe('1')
  expect(await readFile(other, 'utf8')).toBe('2')
})

test('fails without leaving a part of the file', async () => {
  const broken: Recipe = { name: 'tool', recipe: [], make: async (file) => { await writeFile(file, 'half'); throw new Error('no space') } }
  await expect(cached('tools', broken, silent)).rejects.toThrow('no space')
  expect(await readdir(cacheFolder('scratch'))).toEqual([])
  expect(await cached('tools', recipe('1', []), silent)).toContain(cacheFolder('tools'))
})
