/** A moment of a thing's way, or what is known of it without a moment. */
export interface Step {
  /** RFC 3339, UTC. Missing where nothing says when. */
  readonly time?: string
  /** Where it is known from: a state store, marks, dead letters, a log, the scheduler. */
  readonly source: string
  readonly text: string
  /** Default: `done`. */
  readonly state?: 'done' | 'failed' | 'waiting'
}

/** The first step that did not happen, why, and what to do about it. */
export interface Missing {
  readonly step: string
  readonly because: string
  readonly fix: string
}

/** What became of a thing. */
export interface Explanation {
  /** `KIND/ID`. */
  readonly subject: string
  /** Where it was looked for: a namespace, or a local run. */
  readonly place: string
  /** By time; what has no time stands first. */
  readonly steps: readonly Step[]
  /** Trace ids of what happened. */
  readonly traces: readonly string[]
  readonly missing?: Missing
  /** What there is to say where nothing is missing. */
  readonly outcome: readonly string[]
}

/** A time as a text that compares; those who write them count fractions of a second differently. */
const instant = ({ time = '' }: Step): string => time.replace(/(?:\.(\d+))?Z$/, (_, fraction: string | undefined) => `.${(fraction ?? '').padEnd(9, '0')}Z`)

const byTime = (a: Step, b: Step): number => (instant(a) < instant(b) ? -1 : instant(a) > instant(b) ? 1 : 0)

/** Steps by time; those of one moment stay in the order in which they are given. Pure. */
export const timelineOf = (steps: readonly Step[]): Step[] => steps.toSorted(byTime)
