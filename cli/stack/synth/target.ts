/** A file of a target. */
export interface TargetFile {
  /** Its place below the folder of the target. */
  readonly path: string
  readonly text: string
  /** What is in it, such as `Component/store`. */
  readonly objects: readonly string[]
}

/** What a target other than the manifests is made of. */
export interface TargetFiles {
  readonly files: readonly TargetFile[]
  /** File of secrets that the apps ask for, to be filled by whoever runs it; left out where no secret store reads one. */
  readonly secretsFile?: string
  /** What to do with it, in lines for people. */
  readonly next: readonly string[]
}
