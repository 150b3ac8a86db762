/** A look that could not be made. */
export interface Unlooked {
  /** What was to be looked at, such as `the log of the sidecar of shop-6c9f`. */
  readonly what: string
  readonly why: string
}
