/** A line that an app or its sidecar wrote. */
export interface Line {
  readonly app: string
  readonly container: string
  /** RFC 3339, UTC. */
  readonly time: string
  readonly text: string
}

/** What a finding is about, in the names of the config. */
export type About =
  | { readonly kind: 'app'; readonly app: string }
  | { readonly kind: 'component'; readonly component: string }
  | { readonly kind: 'subscription'; readonly subscription: string }
  | { readonly kind: 'invocation'; readonly caller: string; readonly callee: string; readonly method: string }

/** Something that is not as the config declares it: the first suspect when a step is missing. */
export interface Finding {
  readonly about: About
  readonly text: string
  readonly fix: string
}

/** What is kept could not be read: the sidecar of the app does not answer, has no such store, or has what nobody knows. `message` says why. */
export class Unreachable extends Error {
  override readonly name = 'Unreachable'
}

/** Where a stack runs: a namespace of a cluster, or this machine. */
export interface Place {
  /** Such as `namespace shop`. */
  readonly name: string
  /**
   * Asks the API of the sidecar of an app.
   * @throws Unreachable
   */
  readonly ask: (app: string, path: string) => Promise<{ readonly status: number; readonly text: string }>
  /** All that the apps and their sidecars wrote, as far as it is kept; by time. */
  readonly lines: () => Promise<readonly Line[]>
  readonly findings: () => Promise<readonly Finding[]>
  /** The command that delivers a dead letter of an app again. */
  readonly replay: (app: string, id: string) => string
}
