import { describe, expect, test } from '@jest/globals'
import { z, type ZodType } from 'zod'

import { gapText } from '../../../cli/stack/contracts/gap-words.ts'
import { gapsOf } from '../../../cli/stack/contracts/gaps.ts'
import { compactSchema, contractSchema, type JsonSchema } from '../../../config/define/index.ts'

/** What breaks when a schema becomes another one: what the new version does not read of the old, and the old one of the new. */
const breaks = (before: ZodType, after: ZodType, options = {}, form: (schema: ZodType) => JsonSchema = contractSchema) => {
  const [old, next] = [form(before), form(after)]
  return {
    old: gapsOf(old, next).map((gap) => `${gap.path} ${gapText(gap, 'old')}`),
    new: gapsOf(next, old, options).map((gap) => `${gap.path} ${gapText(gap, 'new')}`),
  }
}

const id = { id: z.string() }
const object = z.object(id)
const nothing = { old: [], new: [] }
const string = z.string()
const both = (of: string, from: string, to: string, ...more: string[]) => ({
  old: [of, ...more].map((path) => `${path} type ${from} is not taken any more, only ${to}`),
  new: [of, ...more].map((path) => `${path} type ${to} is new, it was only ${from}`),
})

describe('a field', () => {
  test.each<[string, ZodType, ZodType, { old: string[]; new: string[] }]>([
    ['that is new and may be left out breaks nothing', object, z.object({ ...id, note: string.optional() }), nothing],
    ['that is new, with a default, breaks nothing', object, z.object({ ...id, note: string.default('') }), nothing],
    ['that is new and required breaks readers of old data', object, z.object({ ...id, note: string }), { old: ['note is new and required'], new: [] }],
    ['that is removed breaks old readers', z.object({ ...id, note: string }), object, { old: [], new: ['note is removed'] }],
    ['that could be left out and is removed breaks nothing', z.object({ ...id, note: string.optional() }), object, nothing],
    ['that becomes required breaks readers of old data', z.object({ ...id, note: string.optional() }), z.object({ ...id, note: string }), { old: ['note is required now'], new: [] }],
    ['that becomes optional breaks old readers', object, z.object({ id: string.optional() }), { old: [], new: ['id is not required any more'] }],
    ['that is new breaks old readers that refuse unknown fields', z.strictObject(id), z.strictObject({ ...id, note: string.optional() }), { old: [], new: ['note is new, and unknown fields were refused'] }],
    ['that is removed breaks new readers that refuse unknown fields', z.strictObject({ ...id, note: string.optional() }), z.strictObject(id), { old: ['note is removed, and unknown fields are refused'], new: [] }],
    ['deep inside is named by its path', z.object({ items: z.array(z.object({ price: z.int() })) }), z.object({ items: z.array(z.object({ price: string })) }), both('items[].price', 'integer', 'string')],
    ['of words for people breaks nothing', object, z.object({ id: string.describe('of the order').meta({ title: 'Id', examples: ['1'] }) }), nothing],
  ])('%s', (_, before, after, expected) => { expect(breaks(before, after)).toEqual(expected) })

  test('with a default is there in what is written, where the writer fills it in', () => {
    const after = z.object({ id: string.default('') })
    expect(breaks(object, after).new).toEqual(['id is not required any more'])
    expect(breaks(object, after, { defaultsFilled: true }).new).toEqual([])
  })
})

const at = (schema: ZodType): ZodType => z.object({ of: schema })

describe('a value', () => {
  test.each<[string, ZodType, ZodType, { old: string[]; new: string[] }]>([
    ['of another type breaks both', string, z.number(), both('of', 'string', 'number')],
    ['that is a whole number may become any number for new readers', z.int(), z.number(), { old: [], new: ['of type number is new, it was only integer'] }],
    ['that may be null now breaks old readers', string, string.nullable(), { old: [], new: ['of type null is new, it was only string'] }],
    ['that may not be null any more breaks readers of old data', string.nullable(), string, { old: ['of type null is not taken any more, only string'], new: [] }],
    ['of an enum that is removed breaks readers of old data', z.enum(['a', 'b']), z.enum(['a']), { old: ['of value "b" is removed'], new: [] }],
    ['of an enum that is new breaks old readers', z.enum(['a']), z.enum(['a', 'b']), { old: [], new: ['of value "b" is new'] }],
    ['of an enum in another order breaks nothing', z.enum(['a', 'b']), z.enum(['b', 'a']), nothing],
    ['that becomes an enum breaks readers of old data', string, z.enum(['a']), { old: ['of takes only "a" now'], new: [] }],
    ['that was an enum and becomes any breaks old readers', z.enum(['a']), string, { old: [], new: ['of took only "a" before'] }],
    ['of an enum must keep a pattern that comes', z.enum(['a', 'B']), string.regex(/^[a-z]$/), { old: ['of value "B" is removed'], new: ['of took only "a", "B" before'] }],
    ['that is a literal and becomes another breaks both', z.literal(1), z.literal(2), { old: ['of value 1 is removed'], new: ['of value 2 is new'] }],
    ['of no type breaks readers that want one', z.unknown(), string, { old: ['of type anything is not taken any more, only string'], new: [] }],
    ['of a type may become anything for new readers', string, z.unknown(), { old: [], new: ['of type anything is new, it was only string'] }],
  ])('%s', (_, before, after, expected) => { expect(breaks(at(before), at(after))).toMatchObject(expected) })
})

describe('a limit', () => {
  test.each<[string, ZodType, ZodType, { old: string[]; new: string[] }]>([
    ['of length that is narrowed breaks readers of old data', string.max(9), string.max(5), { old: ['of maxLength is narrowed: 9 → 5'], new: [] }],
    ['of length that is new breaks readers of old data', string, string.min(1), { old: ['of minLength is narrowed: none → 1'], new: [] }],
    ['that is widened breaks old readers', z.int().min(1).max(5), z.int().min(0).max(9), { old: [], new: ['of minimum is widened: 1 → 0', 'of maximum is widened: 5 → 9'] }],
    ['above 0 is the same as from 1 on, for whole numbers', z.int().positive(), z.int().min(1), nothing],
    ['above 0 is narrower than from 0 on', z.number().min(0), z.number().positive(), { old: ['of exclusiveMinimum is narrowed: none → 0'], new: [] }],
    ['of steps is kept by finer ones', z.number().multipleOf(4), z.number().multipleOf(2), { old: [], new: ['of multipleOf is widened: 4 → 2'] }],
    ['of a list', z.array(string), z.array(string).max(3), { old: ['of maxItems is narrowed: none → 3'], new: [] }],
    ['by a pattern that is new', string, string.regex(/^a/), { old: ['of pattern is narrowed: none → "^a"'], new: [] }],
    ['by a pattern that is another breaks both, for patterns are only the same or not', string.regex(/^a/), string.regex(/^[ab]/), { old: ['of pattern is narrowed: "^a" → "^[ab]"'], new: ['of pattern is widened: "^a" → "^[ab]"'] }],
    ['by a format that goes', z.string().meta({ format: 'time-zone' }), string, { old: [], new: ['of format is widened: "time-zone" → none'] }],
    ['by a keyword that is not known here', string, string.meta({ contentEncoding: 'base64' }), { old: ['of contentEncoding is narrowed: none → "base64"'], new: [] }],
  ])('%s', (_, before, after, expected) => { expect(breaks(at(before), at(after))).toEqual(expected) })
})

const a = z.object({ kind: z.literal('a'), n: z.int() })
const b = z.object({ kind: z.literal('b') })
const tree: ZodType = z.object({ name: string, children: z.array(z.lazy(() => tree)) })
const otherTree: ZodType = z.object({ name: z.int(), children: z.array(z.lazy(() => otherTree)) })

describe('a composed schema', () => {
  test.each<[string, ZodType, ZodType, { old: string[]; new: string[] }]>([
    ['takes a choice more: old readers cannot', z.union([a]), z.union([a, b]), { old: [], new: ['kind value "b" is new'] }],
    ['takes a choice less: old data cannot be read', z.discriminatedUnion('kind', [a, b]), z.discriminatedUnion('kind', [a]), { old: ['kind value "b" is removed'], new: [] }],
    ['tells the field of the choice that is changed', z.union([a, b]), z.union([a.extend({ n: string }), b]), { old: ['n type integer is not taken any more, only string'], new: ['n type string is new, it was only integer'] }],
    ['tells the field of the choice that is most like it', z.union([z.object({ ...id, task: a }), z.object({ ...id, gone: string })]), z.union([z.object({ ...id, task: a.extend({ m: string, o: string }) }), z.object({ ...id, gone: string })]), { old: ['task.m is new and required', 'task.o is new and required'], new: [] }],
    ['with the choices in another order breaks nothing', z.union([a, b]), z.union([b, a]), nothing],
    ['of two types, one of which goes', z.union([string, z.int()]), string, { old: [' type integer is not taken any more, only string'], new: [] }],
    ['by intersection has the fields of both', z.intersection(a, z.object({ m: string })), z.object({ kind: z.literal('a'), n: z.int(), m: string }), nothing],
    ['by intersection needs the fields of both', a, z.intersection(a, z.object({ m: string })), { old: ['m is new and required'], new: [] }],
    ['as a record of another type', z.record(string, z.int()), z.record(string, string), { old: ['* type integer is not taken any more, only string'], new: ['* type string is new, it was only integer'] }],
    ['as a record that becomes an object with a field of another type', z.record(string, z.int()), z.object({ a: string.optional() }), { old: ['a type integer is not taken any more, only string'], new: ['a type string is new, it was only integer'] }],
    ['as a record whose names are limited', z.record(string, z.int()), z.record(z.string().regex(/^x/), z.int()), { old: ['(names) pattern is narrowed: none → "^x"'], new: [] }],
    ['that keeps unknown fields and refuses them later', z.looseObject(id), z.strictObject(id), { old: ['* is removed, and unknown fields are refused'], new: [] }],
    ['as a tuple with another member', z.tuple([string, z.int()]), z.tuple([string, string]), { old: ['[1] type integer is not taken any more, only string'], new: ['[1] type string is new, it was only integer'] }],
    ['that holds itself is compared once', tree, tree, nothing],
    ['that holds itself, and is changed', tree, otherTree, both('name', 'string', 'integer', 'children[].name')],
    ['that nothing fits', string, z.never(), { old: [' type string is not taken any more, only nothing'], new: [] }],
  ])('%s', (_, before, after, expected) => { expect(breaks(before, after)).toEqual(expected) })
})

describe('a part that occurs several times', () => {
  const date = z.string().max(20).default('')
  const twice = (part: ZodType): ZodType => z.object({ from: part, to: part })

  test('is found where it stands once', () => {
    expect(breaks(twice(date), twice(z.string().max(10)), {}, compactSchema)).toEqual({
      old: ['from is required now', 'to is required now', 'from maxLength is narrowed: 20 → 10', 'to maxLength is narrowed: 20 → 10'],
      new: [],
    })
    expect(breaks(twice(date), twice(string), {}, compactSchema).new).toEqual(['from maxLength is widened: 20 → none', 'to maxLength is widened: 20 → none'])
  })

  test('may stand once or twice', () => {
    expect(breaks(twice(date), z.object({ from: date, to: z.string().max(20).default('') }), {}, compactSchema)).toEqual(nothing)
  })
})
