import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { withLock } from '../../toolchain/lock.ts'
import { isRunning, ownerOf } from '../../toolchain/owner.ts'

let folder: string
let lock: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lock-'))
  lock = join(folder, 'lock')
})
afterEach(() => rm(folder, { recursive: true }))

test('a process knows itself, and not one of the same number that started at another time', () => {
  const self = ownerOf(process.pid)
  expect(self).toBeDefined()
  expect(self && isRunning(self)).toBe(true)
  expect(isRunning({ pid: process.pid, started: '1' })).toBe(false)
})

test('of two that ask at once one works after the other, and the lock is gone afterwards', async () => {
  let inside = 0
  let most = 0
  const work = async (): Promise<void> => {
    most = Math.max(most, ++inside)
    await sleep(20)
    inside--
  }
  await Promise.all([1, 2, 3, 4].map(() => withLock(lock, work)))
  expect(most).toBe(1)
  expect(existsSync(lock)).toBe(false)
})

test('the lock of an owner that died is taken over by one at a time', async () => {
  await writeFile(lock, JSON.stringify({ pid: process.pid, started: '1' }))
  let inside = 0
  let most = 0
  await Promise.all([1, 2, 3].map(() => withLock(lock, async () => {
    most = Math.max(most, ++inside)
    await sleep(10)
    inside--
  })))
  expect(most).toBe(1)
})

test('who waits says once for whom', async () => {
  const lines: string[] = []
  const { promise: told, resolve: tell } = Promise.withResolvers<undefined>()
  const second = await withLock(lock, async () => {
    const waiting = withLock(lock, () => Promise.resolve(), (line) => {
      lines.push(line)
      tell(undefined)
    })
    await told
    await sleep(250)
    return { waiting }
  })
  await second.waiting
  expect(lines).toEqual([`waiting for process ${process.pid}, which holds ${lock}`])
})

test('fails with the error of the work, and frees the lock', async () => {
  await expect(withLock(lock, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken')
  expect(existsSync(lock)).toBe(false)
})
