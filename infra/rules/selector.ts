import { type Json, listOf, mapOf, scalarOf, textOf, textsOf } from './values.ts'

const meets = (labels: Json, { key, operator, values }: Json): boolean => {
  const value = scalarOf(labels[textOf(key) ?? ''])
  const among = value !== undefined && textsOf(values).includes(value)
  return operator === 'In' ? among : operator === 'NotIn' ? !among : operator === 'Exists' ? value !== undefined : value === undefined
}

/** Whether a label selector takes these labels; an empty one takes all. */
export const selectorTakes = (selector: unknown, labels: Json): boolean => {
  const { matchLabels, matchExpressions } = mapOf(selector)
  return Object.entries(mapOf(matchLabels)).every(([key, value]) => scalarOf(labels[key]) === scalarOf(value)) && listOf(matchExpressions).every((one) => meets(labels, mapOf(one)))
}
