import { distance } from 'fastest-levenshtein'

/** The candidate that was probably meant; none when nothing is close. */
export const closest = (name: string, candidates: readonly string[]): string | undefined => {
  const [best] = candidates
    .map((candidate) => ({ candidate, far: distance(name.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ candidate, far }) => far <= Math.max(1, Math.floor(Math.min(candidate.length, name.length) / 3)))
    .sort((a, b) => a.far - b.far)
  return best?.candidate
}

/** `did you mean "x"?`, else all that there is when it is short, else what to do without a guess. */
export const meant = (name: string, candidates: readonly string[], otherwise: string): string => {
  const guess = closest(name, candidates)
  if (guess !== undefined) return `did you mean "${guess}"?`
  return candidates.length > 0 && candidates.length <= 12 ? `${otherwise}; there is ${quote(candidates)}` : otherwise
}

export const quote = (names: readonly string[]): string => (names.length > 0 ? names.map((name) => `"${name}"`).join(', ') : 'none')

/** Values that stand more than once, the first of each left out. */
export const repeats = <T>(values: readonly T[], keyOf: (value: T) => string): { readonly value: T; readonly first: T }[] => {
  const first = new Map<string, T>()
  return values.flatMap((value) => {
    const key = keyOf(value)
    const before = first.get(key)
    if (before !== undefined) return [{ value, first: before }]
    first.set(key, value)
    return []
  })
}
