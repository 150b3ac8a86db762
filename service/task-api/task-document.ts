import type { TaskDocument, Tombstone } from '../../config/tasks/index.ts'

export const isTombstone = (document: TaskDocument): document is Tombstone => 'deleted_at' in document

export const isFence = (document: TaskDocument): boolean => isTombstone(document) && document.fence === true
