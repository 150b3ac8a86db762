/** A container as the live tree shows it. */
export interface ContainerLine {
  readonly name: string
  readonly ready: boolean
  /** Such as `running`, or `waiting: CrashLoopBackOff`. */
  readonly state: string
  readonly restarts: number
}

/** A pod as the live tree shows it. */
export interface PodLine {
  readonly name: string
  /** Ready containers of all, such as `1/2`. */
  readonly ready: string
  readonly containers: readonly ContainerLine[]
  /** The last thing Kubernetes said of it. */
  readonly event?: string
}

/** What happened to an object. */
export type Deed = 'created' | 'changed' | 'unchanged' | 'taken over' | 'removed' | 'kept'

/** Everything a verb says while it works; `--json` prints each as a line, with the time added. */
export type StackEvent =
  | { readonly type: 'phase'; readonly phase: string; readonly state: 'started' }
  | { readonly type: 'phase'; readonly phase: string; readonly state: 'done'; readonly seconds: number }
  | { readonly type: 'check'; readonly check: string; readonly state: 'ok' | 'warning' | 'failed'; readonly detail: string; readonly mend?: string }
  | { readonly type: 'object'; readonly object: string; readonly did: Deed; readonly why?: string }
  | { readonly type: 'progress'; readonly object: string; readonly ready: boolean; readonly detail: string; readonly pods: readonly PodLine[] }
  | { readonly type: 'note'; readonly text: string }
  /** What a verb found: only `--json` prints it, people get the text made of it. */
  | { readonly type: 'result'; readonly result: string; readonly value: unknown }
  | { readonly type: 'error'; readonly exit: string; readonly what: string; readonly mend: string }
