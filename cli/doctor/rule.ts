import type { Evidence } from './evidence.ts'
import type { Finding } from './finding.ts'

/** What a rule saw. */
export interface Seen extends Omit<Finding, 'id' | 'hidden'> {
  /** Keys of what it is about: it is hidden where a finding of a rule before this one breaks one of them. @default - none, it comes of nothing else */
  readonly about?: readonly string[]
  /** Keys of what cannot work because of it: findings of later rules about those are hidden. @default - none */
  readonly breaks?: readonly string[]
}

/** Something that can be wrong. Causes stand before what comes of them. */
export interface Rule {
  readonly id: string
  /** What is looked after, for the list of what is well, such as `Dapr is installed`. */
  readonly title: string
  /** What it means for the stack. */
  readonly meaning: string
  /** What shows it, in general. */
  readonly shows: string
  /** What to do about it, in general. */
  readonly mend: string
  /** Everything that is wrong in that way. Pure; what could not be looked at is not wrong. */
  readonly look: (evidence: Evidence) => readonly Seen[]
}

/** Rules about one thing, as they are shown together. */
export interface Theme {
  readonly name: string
  readonly rules: readonly Rule[]
}
