import { expect, test } from '@jest/globals'

import { readArguments } from '../../../cli/dlq/arguments.ts'
import { DlqError } from '../../../cli/dlq/errors.ts'

test.each([
  [['list'], { name: 'list' }],
  [['show', 'e-1'], { name: 'show', id: 'e-1' }],
  [['replay', 'e-1'], { name: 'replay', id: 'e-1' }],
  [['replay', '--all'], { name: 'replay' }],
  [['drop', '--all'], { name: 'drop' }],
])('%j is a command', (args, command) => {
  expect(readArguments(args)).toEqual({ command, json: false, sidecars: [] })
})

test('options say where and of what', () => {
  const args = ['list', '--app', 'billing', '--json', '--sidecar', 'http://a:1', '--sidecar', 'http://b:2', '--namespace', 'n', '--kubeconfig', 'f']
  expect(readArguments(args)).toEqual({ command: { name: 'list' }, app: 'billing', json: true, sidecars: ['http://a:1', 'http://b:2'], namespace: 'n', kubeconfig: 'f' })
})

test.each([
  [[], 'say what to do'],
  [['remove', 'e-1'], '"remove e-1" is no command'],
  [['show'], '"show" is no command'],
  [['list', 'e-1'], '"list e-1" is no command'],
  [['replay'], 'replay takes either an ID or --all'],
  [['drop', 'e-1', '--all'], 'drop takes either an ID or --all'],
  [['drop', 'e-1', 'e-2'], '"e-2" is too much'],
  [['list', '--sidecar', 'localhost:3500'], 'not "localhost:3500"'],
  [['list', '--yes'], "'--yes'"],
])('fails on %j with what is wrong and the usage', (args, what) => {
  const read = () => readArguments(args)
  expect(read).toThrow(DlqError)
  expect(read).toThrow(expect.objectContaining({ exitCode: 2, message: expect.stringContaining(what) }))
  expect(read).toThrow(/\nusage: npm run dlq -- COMMAND/)
})
