import type { Node } from './schema-node.ts'

/** A limit of what is read that what is written may pass. */
export interface BoundGap {
  readonly keyword: string
  readonly written: number | undefined
  readonly read: number
}

const lower = ['minLength', 'minItems', 'minProperties'] as const
const upper = ['maxLength', 'maxItems', 'maxProperties'] as const

const limit = (node: Node, keyword: string): number | undefined => (typeof node[keyword] === 'number' ? node[keyword] : undefined)

const isAbove = (bound: number, exclusive: boolean, minimum: number | undefined, exclusiveMinimum: number | undefined): boolean =>
  (minimum !== undefined && (exclusive ? minimum > bound : minimum >= bound)) || (exclusiveMinimum !== undefined && exclusiveMinimum >= bound)

const negated = (value: number | undefined): number | undefined => (value === undefined ? undefined : -value)

/** Above 0 is from 1 on, for whole numbers. */
const whole = (node: Node): Node => {
  const { type, exclusiveMinimum: above, exclusiveMaximum: below } = node
  if (type?.[0] !== 'integer') return node
  return { ...node, ...(above !== undefined && { minimum: Math.max(above + 1, node.minimum ?? -Infinity) }), ...(below !== undefined && { maximum: Math.min(below - 1, node.maximum ?? Infinity) }) }
}

const keeps = (written: Node, keyword: string, bound: number): boolean => {
  const { minimum, exclusiveMinimum, maximum, exclusiveMaximum, multipleOf } = whole(written)
  switch (keyword) {
    case 'minimum':
    case 'exclusiveMinimum':
      return isAbove(bound, keyword === 'exclusiveMinimum', minimum, exclusiveMinimum)
    case 'maximum':
    case 'exclusiveMaximum':
      return isAbove(-bound, keyword === 'exclusiveMaximum', negated(maximum), negated(exclusiveMaximum))
    case 'multipleOf':
      return multipleOf !== undefined && multipleOf % bound === 0
    default:
      return lower.some((one) => one === keyword) ? (limit(written, keyword) ?? 0) >= bound : (limit(written, keyword) ?? Infinity) <= bound
  }
}

const keywords = [...lower, ...upper, 'minimum', 'exclusiveMinimum', 'maximum', 'exclusiveMaximum', 'multipleOf'] as const

/** Limits of length, number and size that written values may not keep. Pure. */
export const boundGaps = (written: Node, read: Node): BoundGap[] =>
  keywords.flatMap((keyword) => {
    const bound = limit(read, keyword)
    return bound === undefined || keeps(written, keyword, bound) ? [] : [{ keyword, written: limit(written, keyword), read: bound }]
  })
