/** What may not be found, with what it means. */
export const violationKinds = {
  lost: 'changes in the state without their event',
  phantom: 'events without their change, or that no request asked for',
  unkept: 'acknowledged requests that are not in the state',
  doubleTasks: 'idempotency keys with more than one task',
  missingEffects: 'events without their effect',
  duplicateEffects: 'effects that were written more than once',
  phantomEffects: 'effects without an event',
  pending: 'documents with events that are still pending',
  late: 'events that came later than the bound',
} as const

export type ViolationKind = keyof typeof violationKinds

/** What is wrong, in words, by kind. */
export type Violations = Readonly<Record<ViolationKind, readonly string[]>>

export const countOf = (violations: Violations): number => Object.values(violations).reduce((sum, found) => sum + found.length, 0)
