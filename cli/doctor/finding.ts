/** Something that is wrong, what shows it, and what to do about it. */
export interface Finding {
  /** Which finding it is, such as `component-failed`; docs/doctor.md lists all. */
  readonly id: string
  /** What it is about, such as `Deployment/billing`. */
  readonly subject: string
  /** What is wrong, one line. */
  readonly what: string
  /** What shows it, a line each; at least one. */
  readonly evidence: readonly string[]
  /** The one thing to do, one line. */
  readonly fix: string
  /** What was seen too and comes of this, such as `no-sidecar of Deployment/billing`. @default - none */
  readonly hidden?: readonly string[]
}
