import { beforeAll, expect, test } from '@jest/globals'

import { messagesOn } from './planted.ts'

const messages = (text: string) => messagesOn('test/planted.test.ts', text)

beforeAll(() => messages(''), 60_000)

test.each([
  ['a focused test', "test.only('x', () => {})", 'Every test runs'],
  ['a focused table', "describe.only.each([1])('%s', () => {})", 'Every test runs'],
  ['a skipped test', "it.skip('x', () => {})", 'Every test runs'],
  ['a test left for later', "test.todo('x')", 'Every test runs'],
  ['a test that is skipped on a condition', "const suite = Math.random() > 2 ? describe : describe.skip\n\nsuite('x', () => {})", 'Every test runs'],
  ['an old skipped test', "xtest('x', () => {})", 'Every test runs'],
  ['an enum', "export enum Colour { red = 'red' }", 'write a union of literals'],
  ['a default export', 'export default 1', 'Prefer named exports'],
  ['any', 'export const loose: any = 1', 'Unexpected any'],
  ['a non-null assertion', 'export const first = (list: string[]) => list[0]!', 'Forbidden non-null assertion'],
  ['a suppression without its reason', '/* eslint-disable no-debugger */\ndebugger', 'Say why'],
  ['a suppression that suppresses nothing', '// eslint-disable-next-line no-debugger -- a reason\nexport const x = 1', 'Unused eslint-disable directive'],
  ['an expected error without its reason', '// @ts-expect-error\nexport const x: string = 1', 'Include a description'],
  ['a loose comparison', 'export const same = (a: unknown, b: unknown) => a == b', "Expected '==='"],
])('lint refuses %s', async (_, text, message) => {
  expect(await messages(text)).toContainEqual(expect.stringContaining(message))
})

test('lint takes a suppression that says why', async () => {
  expect(await messages('// eslint-disable-next-line no-debugger -- shown in a test\nexport const x = 1')).not.toContainEqual(expect.stringContaining('Say why'))
})
