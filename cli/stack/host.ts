/** What a run of `stack` has of the process that it is. */
export interface Host {
  /** The folder of the stack: where its cdk8s.yaml is. */
  readonly root: string
  readonly env: Readonly<Record<string, string | undefined>>
  /** The program that runs this. */
  readonly node: string
  /** Where the words go; a terminal can be drawn on. */
  readonly stdout: NodeJS.WriteStream
  readonly writeError: (text: string) => void
  /** Whether somebody is there to be asked. */
  readonly interactive: boolean
  /** Asks, and gives the answer. */
  readonly ask: (question: string, signal: AbortSignal) => Promise<string>
  /** Reads standard input to its end. */
  readonly readInput: () => Promise<Buffer>
  /** Aborted by Ctrl-C. */
  readonly interrupted: AbortSignal
}
