import type { TaskEvent } from '../../config/tasks/index.ts'
import type { ChangeGuard, SaveOutcome } from '../dapr/index.ts'
import type { TaskDocument } from './task-document.ts'

/** A document with the store's version of it; treat `etag` as opaque. */
export interface StoredTask {
  readonly document: TaskDocument
  readonly etag: string
}

/** Where the documents of tasks are. Each method throws when its outcome cannot be found out. */
export interface TaskStore {
  read(id: string): Promise<StoredTask | undefined>
  /** Writes a change over the version that `etag` names, or, without one, only where no document is. */
  save(id: string, document: TaskDocument, etag?: string): Promise<SaveOutcome>
  /**
   * The same for a document that changes nothing of the task: settled, or a fence. Says `saved` only when this write is known to have
   * happened, so that none that was conditioned on the version before can; `conflict` asks to read again and to do it again.
   */
  bump(id: string, document: TaskDocument, etag?: string): Promise<SaveOutcome>
}

/** Where events of tasks go; once it returns, the broker has the event. */
export interface TaskEvents {
  publish(event: TaskEvent): Promise<void>
}

/** What completing a task needs. */
export interface CompletionDependencies {
  readonly store: TaskStore
  readonly events: TaskEvents
  /** A short time of random length, which lets other writers finish. */
  readonly pause: () => Promise<void>
}

/** What the use cases of tasks need. */
export interface TaskDependencies extends CompletionDependencies {
  /** Completes, by `recoverTask`, what ends half done. */
  readonly journal: ChangeGuard
  readonly log: { warn(fields: object, message: string): void }
}
