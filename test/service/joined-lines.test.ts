import { setImmediate as turn } from 'node:timers/promises'

import { expect, test } from '@jest/globals'

import { joinedLines } from '../../service/joined-lines.ts'

test('lines of one turn are written together, in order, and those of the next apart', async () => {
  const written: string[] = []
  const lines = joinedLines((text) => { written.push(text) })
  for (const line of ['a\n', 'b\n']) lines.write(line)
  expect(written).toEqual([])
  await turn()
  lines.write('c\n')
  await turn()
  expect(written).toEqual(['a\nb\n', 'c\n'])
})

test('what is left is written at once when the process ends, and not again', async () => {
  const written: string[] = []
  const lines = joinedLines((text) => { written.push(text) })
  lines.write('last words\n')
  lines.flush()
  await turn()
  expect(written).toEqual(['last words\n'])
})
