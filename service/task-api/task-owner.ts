import type { TaskDocument } from '../../config/tasks/index.ts'
import { type Caller, owns } from '../http/index.ts'
import { isTombstone } from './task-document.ts'
import { TaskNotFound, TaskOfAnother } from './task-errors.ts'

const ownerOf = (document: TaskDocument): unknown => (isTombstone(document) ? document.user_id : document.task['user_id'])

/**
 * Lets only the owner go on; for others there is no such task.
 * @throws TaskNotFound
 */
export const requireOwner = (caller: Caller, id: string, document: TaskDocument): void => {
  if (!owns(caller, ownerOf(document))) throw new TaskNotFound(id)
}

/**
 * The fields of a task that the caller creates: what a user creates is theirs.
 * @throws TaskOfAnother when the fields name another user
 */
export const ownedBy = <F extends object>(caller: Caller, fields: F & { readonly user_id?: string | null }): F => {
  if (caller.kind === 'anyone') return fields
  if (typeof fields.user_id === 'string' && fields.user_id !== caller.id) throw new TaskOfAnother(fields.user_id)
  return { ...fields, user_id: caller.id }
}
