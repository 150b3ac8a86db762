import { expect, test } from '@jest/globals'

import { entityTagOf, parseIfMatch } from '../../../service/http/index.ts'

test('the tag of a version matches itself', () => {
  expect(parseIfMatch(entityTagOf(7))).toEqual(['7'])
})

test.each([
  [undefined, undefined],
  ['*', '*'],
  [' * ', '*'],
  ['"1"', ['1']],
  ['"1", "2" ,"x-y"', ['1', '2', 'x-y']],
  ['W/"1"', []],
  ['W/"1", "2"', ['2']],
  ['""', ['']],
])('If-Match %j reads as %j', (header, expected) => {
  expect(parseIfMatch(header)).toEqual(expected)
})

test.each(['', '1', '"1', '"1" "2"', '"1",', '*, "1"', 'w/"1"', '"a"b"'])('fails on If-Match %j', (header) => {
  expect(() => parseIfMatch(header)).toThrow(expect.objectContaining({ code: 'malformed-request' }))
})
