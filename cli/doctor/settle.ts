import type { Evidence } from './evidence.ts'
import type { Finding } from './finding.ts'
import type { Rule, Seen } from './rule.ts'

interface Placed {
  readonly rule: Rule
  readonly order: number
  readonly seen: Seen
}

/** Whether what the first saw explains what the second did: its rule stands before, and it breaks what the second is about. */
const explains = (first: Placed, second: Placed): boolean => first.order < second.order && (second.seen.about ?? []).some((key) => first.seen.breaks?.includes(key))

/** What is at the bottom of what was seen; the first of several. */
const rootOf = (one: Placed, all: readonly Placed[]): Placed => {
  const cause = all.find((other) => explains(other, one))
  return cause ? rootOf(cause, all) : one
}

const findingOf = ({ rule, seen: { about: _, breaks: __, ...said } }: Placed, hidden: readonly Placed[]): Finding => ({
  id: rule.id,
  ...said,
  ...(hidden.length > 0 && { hidden: hidden.map((one) => `${one.rule.id} of ${one.seen.subject}: ${one.seen.what}`) }),
})

/** Looks after every rule, and keeps the causes: what comes of one is told in its `hidden`. The rules have to be in the order of causes. Pure. */
export const findingsOf = (rules: readonly Rule[], evidence: Evidence): Finding[] => {
  const all = rules.flatMap((rule, order) => rule.look(evidence).map((seen): Placed => ({ rule, order, seen })))
  const roots = Map.groupBy(all, (one) => rootOf(one, all))
  return [...roots].map(([root, under]) => findingOf(root, under.filter((one) => one !== root)))
}
