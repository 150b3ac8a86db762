import { expect, test } from '@jest/globals'

import { UsageError } from '../../toolchain/command-line.ts'
import { readOptions } from './options.ts'

test('without arguments each operation gets 1,000 cases', () => {
  expect(readOptions([])).toEqual({ cases: 1000, seed: 1 })
  expect(readOptions(['--cases', '20', '--seed', '7'])).toEqual({ cases: 20, seed: 7 })
})

test.each([['--cases', '0'], ['--seed', 'x'], ['--case', '1'], ['more']])('fails on %j with the usage', (...args) => {
  expect(() => readOptions(args)).toThrow(UsageError)
  expect(() => readOptions(args)).toThrow('usage: npm run fuzz')
})
