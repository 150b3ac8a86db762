/** What the harness needs of its own process; the edge hands it in. */
export interface Host {
  /** The checkout. */
  readonly root: string
  /** Folder for temporary folders. */
  readonly temporary: string
  /** The Node that runs this. */
  readonly node: string
  readonly path: string
  readonly home: string
  readonly print: (line: string) => void
}
