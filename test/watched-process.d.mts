export interface Watch {
  readonly env: NodeJS.ProcessEnv
  /** How long the process may take to end after it reported; seconds. */
  readonly endSeconds: number
  readonly print: (line: string) => void
}

export function reportDone(ok: boolean): void
export function runWatched(file: string, args: readonly string[], watch: Watch): Promise<number>
