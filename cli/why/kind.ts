import type { StackGraph } from '../../config/define/index.ts'
import type { Missing, Step } from './explanation.ts'
import type { LogEntry } from './log-entry.ts'

/** What an event is to bring about beside its being handled. */
export interface Effect {
  /** In words, such as `the receipt`. */
  readonly what: string
  /** The subscriber whose handler makes it. */
  readonly app: string
  /** The invocation by which it does so. Default: the handler itself. */
  readonly invokes?: { readonly callee: string; readonly method: string }
  /** The record of it, where there is one. */
  readonly found?: Step
  /** Why it could not be looked for; then the handler's own mark counts. */
  readonly unknown?: string
}

/** An event that a thing has had, or has to have. */
export interface ExpectedEvent {
  readonly id: string
  /** Missing where nothing says it any more. */
  readonly type?: string
  readonly topic: string
  /** The app that publishes it. */
  readonly publisher: string
  /** Its place among the events of the thing, from 1. */
  readonly sequence?: number
  /** When it happened, or the earliest moment that it can have. RFC 3339. */
  readonly time: string
  /** Whether it is not known to be published: it still stands in the document. */
  readonly pending: boolean
  readonly effects: readonly Effect[]
}

/** What is stored of a thing, and what is to follow from it. */
export interface Story {
  readonly steps: readonly Step[]
  /** In the order in which they have to come. */
  readonly events: readonly ExpectedEvent[]
  /** What else is missing, where all events did what they are for. */
  readonly missing?: Missing
  /** What there is to say where nothing is missing, a sentence each. */
  readonly outcome: readonly string[]
}

/** A look at a running stack, for the thing that is asked about. */
export interface Look {
  /** Log entries that hold the id, by time. */
  readonly entries: readonly LogEntry[]
  readonly now: Date
  /**
   * What an app has stored under a key; undefined where there is nothing.
   * @throws Unreachable when the app's sidecar cannot be asked, or has no such store
   */
  readonly stored: (app: string, store: string, key: string) => Promise<unknown>
  /**
   * A job of an app that waits in the scheduler; undefined where there is none.
   * @throws Unreachable
   */
  readonly job: (app: string, name: string) => Promise<unknown>
}

/** A kind of thing that `stack why KIND/ID` explains. */
export interface Kind {
  /** Where it is looked for, in words, for an id that nothing is known of. */
  readonly searched: (id: string) => string
  /** Reads what is stored of the thing; undefined where there is none. */
  readonly story: (id: string, look: Look) => Promise<Story | undefined>
}

/** What a stack can explain. The module that `verify` in its cdk8s.yaml names exports one as `why`. */
export interface StackWhy {
  readonly graph: StackGraph
  /** By the word before the slash. */
  readonly kinds: Readonly<Record<string, Kind>>
}
