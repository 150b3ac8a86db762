import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, expect, test } from '@jest/globals'

import { openFolder, closeFolder, folderOf, type Folder } from '../../cli/local/folder.ts'
import { openRunLog, readRunLog } from '../../cli/local/run-log.ts'
import { findRunning, tellRunning } from '../../cli/local/running.ts'

let root = ''
let folder: Folder
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'run-log-'))
  folder = folderOf(root, 0)
  await openFolder(folder, process.pid)
})
afterEach(() => rm(root, { recursive: true }))

test('what the processes of a run print is kept with its time', async () => {
  const log = openRunLog(folder)
  log.write('shop', 'hello')
  log.write('shop daprd', '{"msg":"ready"}')
  await log.close()
  expect(await readRunLog(folder)).toEqual([{ time: expect.any(String), name: 'shop', text: 'hello' }, { time: expect.any(String), name: 'shop daprd', text: '{"msg":"ready"}' }])
})

test('a run that prints without end keeps the last of it, in two files at most', async () => {
  const log = openRunLog(folder)
  const mebibyte = 'x'.repeat(2 ** 20)
  for (let line = 0; line < 40; line += 1) {
    log.write('shop', `${line} ${mebibyte}`)
    await new Promise((resolve) => setImmediate(resolve))
  }
  await log.close()
  const lines = await readRunLog(folder)
  expect(lines.at(-1)?.text).toMatch(/^39 /)
  expect(lines.length).toBeLessThan(36)
  expect((await stat(folder.log)).size + (await stat(folder.olderLog)).size).toBeLessThan(36 * 2 ** 20)
})

test('a run that nobody wrote to reads as empty', async () => {
  expect(await readRunLog(folder)).toEqual([])
})

test('a run tells where its apps and sidecars are, until it ends', async () => {
  expect(await findRunning(root, 0)).toBeUndefined()
  await tellRunning(folder, { apps: [{ id: 'shop', port: 8000, sidecar: 3500 }] })
  expect((await findRunning(root, 0))?.apps).toEqual([{ id: 'shop', port: 8000, sidecar: 3500 }])
  expect(await findRunning(root, 1)).toBeUndefined()
  await closeFolder(folder)
  expect(await findRunning(root, 0)).toBeUndefined()
})
