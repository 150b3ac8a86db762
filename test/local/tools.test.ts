import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'

import { candidateFolders, fits, installedServer, installedTools } from '../../cli/local/tools/installed.ts'

test.each([
  ['1.18.2', true],
  ['1.18.0\n', true],
  ['v1.18.9', true],
  ['1.17.9', false],
  ['2.18.2', false],
  ['edge', false],
  ['', false],
])('a runtime that says %p does for 1.18.2: %p', (found, does) => {
  expect(fits(found, '1.18.2')).toBe(does)
})

test('PATH comes before the folder of the Dapr CLI', () => {
  expect(candidateFolders('/a::/b', '/home/me')).toEqual(['/a', '/b', '/home/me/.dapr/bin'])
})

describe('of what is installed', () => {
  let folders: string[] = []
  beforeEach(() => { folders = [1, 2].map(() => mkdtempSync(join(tmpdir(), 'dapr-stack-tools-'))) })
  afterEach(() => { for (const folder of folders) rmSync(folder, { recursive: true }) })

  const install = (index: number, name: string, version: string): string => {
    const file = join(folders[index] ?? '', name)
    writeFileSync(file, `#!/bin/sh\necho ${version}\n`)
    chmodSync(file, 0o755)
    return file
  }

  test('the first daprd that fits is taken, with the scheduler beside it', async () => {
    install(0, 'daprd', '1.17.0')
    const [daprd, scheduler] = [install(1, 'daprd', '1.18.5'), install(1, 'scheduler', '')]
    expect(await installedTools(folders, '1.18.2')).toEqual({ daprd, scheduler })
  })

  test('a nats-server is taken from the first folder where it fits', async () => {
    install(0, 'nats-server', 'nats-server: v2.9.1')
    const server = install(1, 'nats-server', 'nats-server: v2.14.0')
    expect(await installedServer(folders, '2.14.9')).toEqual({ 'nats-server': server })
    expect(await installedServer(folders, '2.15.0')).toEqual({})
  })

  test('a scheduler alone is not, for it does not say its version', async () => {
    install(0, 'scheduler', '')
    expect(await installedTools(folders, '1.18.2')).toEqual({})
  })

  test('a daprd alone is', async () => {
    const daprd = install(0, 'daprd', '1.18.2')
    expect(await installedTools(folders, '1.18.2')).toEqual({ daprd })
  })
})
