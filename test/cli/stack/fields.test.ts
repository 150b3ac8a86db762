import { describe, expect, test } from '@jest/globals'

import { fieldChanges, pathText } from '../../../cli/stack/diff/fields.ts'

const changes = (from: unknown, to: unknown) => fieldChanges(from, to).map(({ path, from: before, to: after }) => [pathText(path), before, after])

describe('the fields in which two objects differ', () => {
  test('are none of equal ones, whatever the order of their keys', () => {
    expect(changes({ a: 1, b: [{ name: 'x' }] }, { b: [{ name: 'x' }], a: 1 })).toEqual([])
  })

  test('are named by their path, added and removed ones too', () => {
    expect(changes({ spec: { replicas: 1, old: true } }, { spec: { replicas: 2, new: 'x' } })).toEqual([['spec.new', undefined, 'x'], ['spec.old', true, undefined], ['spec.replicas', 1, 2]])
  })

  test('are those of the item with the same name, wherever it stands in a list', () => {
    const from = { containers: [{ name: 'a', image: '1' }, { name: 'b', image: '1' }] }
    const to = { containers: [{ name: 'b', image: '2' }, { name: 'a', image: '1' }] }
    expect(changes(from, to)).toEqual([['containers[b].image', '1', '2']])
  })

  test('are an item as a whole where it is new', () => {
    expect(changes({ env: [{ name: 'A' }] }, { env: [{ name: 'A' }, { name: 'B', value: '1' }] })).toEqual([['env[B]', undefined, { name: 'B', value: '1' }]])
  })

  test('are named by their place where items have no names of their own', () => {
    expect(changes({ scopes: ['a', 'b'] }, { scopes: ['a', 'c', 'd'] })).toEqual([['scopes[1]', 'b', 'c'], ['scopes[2]', undefined, 'd']])
  })

  test('are none between nothing, null and what is empty: the API server keeps no difference', () => {
    expect(changes({ a: {}, b: null, c: [] }, {})).toEqual([])
  })

  test('have keys with dots in quotes', () => {
    expect(changes({ annotations: { 'dapr.io/app-id': 'a' } }, { annotations: { 'dapr.io/app-id': 'b' } })[0]?.[0]).toBe('annotations["dapr.io/app-id"]')
  })
})
