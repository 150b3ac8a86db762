import type { TaskDocument, TaskEvent, UserDocument, UserEvent } from '../../config/tasks/index.ts'
import type { ChangeGuard, SaveOutcome } from '../dapr/index.ts'

/** A document that holds the events of its changes until they are published. */
export interface HoldingDocument<E> {
  /** Counts the changes from 1. */
  readonly version: number
  /** Names the change that made this version; its writer knows its own by it. */
  readonly write_id: string
  /** The same of the versions before, newest first, as many as are remembered. */
  readonly earlier_writes: readonly string[]
  /** Events that are not known to be published, oldest first. */
  readonly pending: readonly E[]
}

/** A document with the store's version of it; treat `etag` as opaque. */
export interface StoredDocument<D> {
  readonly document: D
  readonly etag: string
}

/** Where documents are, by the id of what they are about. Each method throws when its outcome cannot be found out. */
export interface DocumentStore<D> {
  read(id: string): Promise<StoredDocument<D> | undefined>
  /** Writes a change over the version that `etag` names, or, without one, only where no document is. */
  save(id: string, document: D, etag?: string): Promise<SaveOutcome>
  /**
   * The same for a document that changes nothing of the subject: settled, or a fence. Says `saved` only when this write is known to have
   * happened, so that none that was conditioned on the version before can; `conflict` asks to read again and to do it again.
   */
  bump(id: string, document: D, etag?: string): Promise<SaveOutcome>
  /** All events of a document are published, which the store does not say yet: until what this gives is called, they are not pending for who reads it here. */
  published(document: D): () => void
}

/** Where events go; once it returns, the broker has the event. */
export interface EventPublisher<E> {
  publish(event: E): Promise<void>
}

/** What completing a document needs. */
export interface Completion<D, E> {
  readonly store: DocumentStore<D>
  readonly events: EventPublisher<E>
  /** A short time of random length, which lets other writers finish. */
  readonly pause: () => Promise<void>
}

/** What the use cases of documents need. */
export interface Changing<D, E> extends Completion<D, E> {
  /** Completes, by `recover`, what ends half done. */
  readonly journal: ChangeGuard
  readonly log: { warn(fields: object, message: string): void }
}

export type StoredTask = StoredDocument<TaskDocument>
export type TaskStore = DocumentStore<TaskDocument>
export type TaskEvents = EventPublisher<TaskEvent>
export type CompletionDependencies = Completion<TaskDocument, TaskEvent>
export type TaskDependencies = Changing<TaskDocument, TaskEvent>

export type UserStore = DocumentStore<UserDocument>
export type UserCompletion = Completion<UserDocument, UserEvent>
export type UserDependencies = Changing<UserDocument, UserEvent>
