import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { z, type ZodType } from 'zod'

import { gapsOf } from '../../../cli/stack/contracts/gaps.ts'
import { compactSchema } from '../../../config/define/index.ts'

/** A schema, and values that it takes. */
interface Sample {
  readonly schema: ZodType
  readonly values: fc.Arbitrary<unknown>
}

const texts = { unit: fc.constantFrom('a', 'b', 'B', '1') }
const bounds = fc.tuple(fc.nat(3), fc.nat(3)).map(([min, more]) => [min, min + more] as const)
const letters = fc.subarray(['a', 'b', 'c'], { minLength: 1 })

const leaf: fc.Arbitrary<Sample> = fc.oneof(
  fc.constant({ schema: z.string(), values: fc.string(texts) }),
  bounds.map(([min, max]) => ({ schema: z.string().min(min).max(max), values: fc.string({ ...texts, minLength: min, maxLength: max }) })),
  fc.constant({ schema: z.string().regex(/^a*$/), values: fc.string({ unit: fc.constant('a') }) }),
  letters.map((values) => ({ schema: z.enum(values), values: fc.constantFrom(...values) })),
  fc.constant({ schema: z.number(), values: fc.double({ noNaN: true, noDefaultInfinity: true }) }),
  bounds.map(([min, max]) => ({ schema: z.int().min(min).max(max), values: fc.integer({ min, max }) })),
  bounds.map(([min, max]) => ({ schema: z.int().gt(min - 1).lt(max + 1), values: fc.integer({ min, max }) })),
  fc.nat(4).map((value) => ({ schema: z.literal(value), values: fc.constant(value) })),
  fc.constant({ schema: z.boolean(), values: fc.boolean() }),
  fc.constant({ schema: z.null(), values: fc.constant(null) }),
)

const field = fc.record({ presence: fc.constantFrom('required', 'optional', 'default'), name: fc.constantFrom('a', 'b', 'c') })
const kinds = { strip: z.object, strict: z.strictObject, loose: z.looseObject } as const

const objectOf = (fields: readonly (readonly [{ presence: string; name: string }, Sample])[], kind: keyof typeof kinds): Sample => {
  const shape = Object.fromEntries(fields.map(([{ presence, name }, { schema }]) => [name, presence === 'optional' ? schema.optional() : presence === 'default' ? schema.default(null) : schema]))
  const model = Object.fromEntries(fields.map(([{ name }, { values }]) => [name, values]))
  const requiredKeys = Object.keys(shape).filter((name) => fields.findLast((one) => one[0].name === name)?.[0].presence === 'required')
  return { schema: kinds[kind](shape), values: fc.record(model, { requiredKeys }) }
}

const { sample } = fc.letrec<{ sample: Sample }>((tie) => ({
  sample: fc.oneof(
    { maxDepth: 2, withCrossShrink: true },
    leaf,
    fc.tuple(fc.array(fc.tuple(field, tie('sample')), { maxLength: 3 }), fc.constantFrom('strip', 'strict', 'loose')).map(([fields, kind]) => objectOf(fields, kind)),
    tie('sample').map(({ schema, values }) => ({ schema: z.array(schema), values: fc.array(values, { maxLength: 3 }) })),
    tie('sample').map(({ schema, values }) => ({ schema: schema.nullable(), values: fc.option(values) })),
    tie('sample').map(({ schema, values }) => ({ schema: z.record(z.string(), schema), values: fc.dictionary(fc.constantFrom('a', 'x'), values) })),
    fc.tuple(tie('sample'), tie('sample')).map(([one, other]) => ({ schema: z.union([one.schema, other.schema]), values: fc.oneof(one.values, other.values) })),
  ),
}))

/** Readers that are like the writer in some way, for of two that are chosen freely few read each other. */
const readerOf = (written: Sample, other: Sample, how: number): ZodType =>
  [other.schema, z.union([other.schema, written.schema]), z.object({ a: other.schema.optional() }), z.array(z.union([written.schema, other.schema])), z.intersection(written.schema, z.unknown())][how] ?? other.schema

const cases = fc.tuple(sample, sample, fc.nat(5)).chain(([written, other, how]) => {
  const writes = how === 3 ? { schema: z.array(written.schema), values: fc.array(written.values, { maxLength: 2 }) } : written
  return writes.values.map((value) => ({ written: writes.schema, read: readerOf(written, other, how), value }))
})

/** What one schema writes is read by the other where a comparison finds no gap; `compatible` counts how often that was. */
const soundness = (compare: typeof gapsOf) => {
  const seen = { compatible: 0 }
  const property = fc.property(cases, ({ written, read, value }) => {
    if (compare(compactSchema(written), compactSchema(read)).length > 0) return
    seen.compatible += 1
    expect(read.safeParse(value)).toMatchObject({ success: true })
  })
  return { seen, property }
}

test('where nothing is said to break, what one schema writes is read by the other, whatever the schemas', () => {
  const { seen, property } = soundness(gapsOf)
  fc.assert(property, { numRuns: 1000 })
  expect(seen.compatible).toBeGreaterThan(200)
})

test('a comparison that passes over what the reader demands is found out', () => {
  const careless: typeof gapsOf = (written, read) => gapsOf(written, read).filter(({ gap }) => gap !== 'may be missing')
  expect(fc.check(soundness(careless).property, { numRuns: 20_000 }).failed).toBe(true)
})
