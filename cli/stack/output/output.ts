import type { StackEvent } from '../events.ts'

/** Where a verb's words go. */
export interface Output {
  /** Something happened. */
  readonly emit: (event: StackEvent) => void
  /** A text for people; `--json` has the same as events. */
  readonly print: (text: string) => void
  /** A text for people in place of the one that was shown before. */
  readonly show: (text: string) => void
  /** Leaves what stands there and stops drawing. */
  readonly end: () => void
}

/** How it is written. */
export interface Surface {
  readonly write: (text: string) => void
  readonly colours: boolean
  readonly now: () => Date
}

/** Every event as a line of JSON, the time first. */
export const jsonOutput = ({ write, now }: Surface): Output => ({
  emit: (event) => { write(`${JSON.stringify({ time: now().toISOString(), ...event })}\n`) },
  print: () => undefined,
  show: () => undefined,
  end: () => undefined,
})
