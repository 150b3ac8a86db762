import type { Things } from './things.ts'
import type { Thing } from './thing.ts'
import type { Path } from './values.ts'

/** Something that a rule found wrong. */
export interface Flaw {
  readonly thing: Thing
  /** Where in the object. */
  readonly path: Path
  /** What is wrong, with the value that stands there. */
  readonly what: string
  /** What to do about it. Default: the rule's own. */
  readonly mend?: string
}

/** A rule of what works and is safe. docs/rules.md lists them; a test compares. */
export interface Rule {
  readonly id: string
  /** What happens where it is broken. */
  readonly reason: string
  /** What to do about it, in general. */
  readonly mend: string
  /** Everything in all the objects together that breaks it. */
  readonly check: (things: Things) => readonly Flaw[]
}
