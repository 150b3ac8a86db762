import { listOf, mapOf, scalarOf, textsOf } from '../../infra/rules/values.ts'

/** A requirement of a label selector that labels do not meet, as kubectl writes it; nothing where they meet all. Pure. */
export const unmetBy = (selector: unknown, labels: Readonly<Record<string, string>>): string | undefined => {
  const { matchLabels, matchExpressions } = mapOf(selector)
  const label = Object.entries(mapOf(matchLabels)).find(([name, value]) => labels[name] !== value)
  if (label) return `${label[0]}=${scalarOf(label[1]) ?? ''}`
  for (const one of listOf(matchExpressions)) {
    const unmet = unmetExpression(mapOf(one), labels)
    if (unmet !== undefined) return unmet
  }
  return undefined
}

const unmetExpression = (expression: Readonly<Record<string, unknown>>, labels: Readonly<Record<string, string>>): string | undefined => {
  const key = scalarOf(expression['key']) ?? ''
  const values = textsOf(expression['values'])
  const own = labels[key]
  switch (expression['operator']) {
    case 'In':
      return own !== undefined && values.includes(own) ? undefined : `${key} in (${values.join(', ')})`
    case 'NotIn':
      return own === undefined || !values.includes(own) ? undefined : `${key} notin (${values.join(', ')})`
    case 'Exists':
      return own === undefined ? key : undefined
    case 'DoesNotExist':
      return own === undefined ? undefined : `!${key}`
    default:
      return undefined
  }
}
