import { expect, test } from '@jest/globals'

import { admits, entityTagOf, hasVersion, IfMatchHeaders, IfNoneMatchHeaders } from '../../../service/http/index.ts'

const lax = { requireIfMatch: false }
const readable = (header: string) => IfMatchHeaders.safeParse({ 'if-match': header }).success && IfNoneMatchHeaders.safeParse({ 'if-none-match': header }).success

test('the tag of a version admits it and no other', () => {
  const admitted = admits(entityTagOf(7), lax)
  expect([6, 7, 8].filter(admitted)).toEqual([7])
})

test.each([
  [undefined, [1, 2, 3]],
  ['*', [1, 2, 3]],
  ['"1"', [1]],
  ['"1", "2" ,"x-y"', [1, 2]],
  ['W/"1"', []],
  ['W/"1", "2"', [2]],
  ['"1,2"', []],
  ['""', []],
])('If-Match %j admits the versions %j', (header, versions) => {
  expect(header === undefined || readable(header)).toBe(true)
  expect([1, 2, 3].filter(admits(header, lax))).toEqual(versions)
})

test.each([
  [undefined, []],
  ['*', [1, 2]],
  ['"1"', [1]],
  ['W/"1", "2"', [1, 2]],
  ['"x"', []],
])('If-None-Match %j knows the versions %j', (header, versions) => {
  expect([1, 2].filter((version) => hasVersion(header, version))).toEqual(versions)
})

test.each(['', '1', '"1', '"1" "2"', '"1",', '*, "1"', 'w/"1"', '"a"b"'])('fails on the header %j', (header) => {
  expect(readable(header)).toBe(false)
})

test('fails without If-Match where the rules require it', () => {
  expect(() => admits(undefined, { requireIfMatch: true })).toThrow(expect.objectContaining({ code: 'precondition-required' }))
  expect(admits('*', { requireIfMatch: true })(9)).toBe(true)
})
