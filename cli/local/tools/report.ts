/** A line that the process which builds tools prints. */
export type Report = { readonly progress: string } | { readonly paths: Readonly<Record<string, string>> } | { readonly failure: Failure }

export interface Failure {
  readonly message: string
  /** What this machine lacks, without the mend. */
  readonly lacks?: string
  /** The message ends with what a command printed. */
  readonly isOutput: boolean
  readonly exitCode: number
}
