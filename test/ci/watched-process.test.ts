import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { runWatched } from '../watched-process.mjs'

let folder = ''
beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'watched-')) })
afterEach(() => rmSync(folder, { recursive: true }))

/** `endSeconds`: how long a run may take to end once it is over. */
const run = async (program: string, endSeconds = 0.5) => {
  const file = join(folder, 'program.mjs')
  const library = new URL('../watched-process.mjs', import.meta.url)
  writeFileSync(file, `import { reportDone } from '${library.href}'\n${program}`)
  const lines: string[] = []
  const code = await runWatched(file, [], { env: { PATH: process.env['PATH'] }, endSeconds, print: (line) => { lines.push(line) } })
  return { code, said: lines.join('\n') }
}

const blocked = 'process.channel.ref(); setTimeout(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0), 50)'

test('a run that ends by itself keeps its exit code', async () => {
  expect(await run('reportDone(true); process.exitCode = 3', 10)).toEqual({ code: 3, said: '' })
})

test('a finished run whose process is deadlocked is ended, and its verdict stands', async () => {
  expect(await run(`reportDone(true); ${blocked}`)).toEqual({ code: 0, said: expect.stringContaining('did not end') })
  expect(await run(`reportDone(false); ${blocked}`)).toMatchObject({ code: 1 })
}, 30_000)

test('fails a finished run that a test keeps alive', async () => {
  expect(await run('reportDone(true); setInterval(() => undefined, 1000)')).toEqual({ code: 1, said: expect.stringContaining('left something open') })
})

test('fails a run that a signal ended before it was over', async () => {
  expect(await run('process.kill(process.pid, "SIGKILL")')).toEqual({ code: 1, said: '' })
})
