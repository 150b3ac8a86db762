/** What a run needs of its own process; `main.ts` hands it in. */
export interface Host {
  /** The checkout: the folder of cdk8s.yaml. */
  readonly root: string
  readonly pid: number
  readonly home: string
  readonly env: Readonly<Record<string, string | undefined>>
  /** The Node that runs this. */
  readonly node: string
  readonly colours: boolean
  readonly print: (line: string) => void
  /** `process.kill`: a negative number is a process group. */
  readonly kill: (pid: number, signal: NodeJS.Signals) => void
}
