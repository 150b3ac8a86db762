import type { TaskEvent } from '../../config/tasks/index.ts'
import type { TaskDocument } from './task-document.ts'

/** A document with the store's version of it; treat `etag` as opaque. */
export interface StoredTask {
  readonly document: TaskDocument
  readonly etag: string
}

export type SaveOutcome = 'saved' | 'conflict'

/** Where the documents of tasks are. Each method throws when its outcome cannot be found out. */
export interface TaskStore {
  read(id: string): Promise<StoredTask | undefined>
  /** Writes over the version that `etag` names, or, without one, only where no document is. */
  save(id: string, document: TaskDocument, etag?: string): Promise<SaveOutcome>
}

/** Where events of tasks go; once it returns, the broker has the event. */
export interface TaskEvents {
  publish(event: TaskEvent): Promise<void>
}

/** What the use cases of tasks need. */
export interface TaskDependencies {
  readonly store: TaskStore
  readonly events: TaskEvents
  readonly log: { warn(fields: object, message: string): void }
}
