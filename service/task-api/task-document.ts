import { z } from 'zod'

import { Task, taskEvents } from '../../config/tasks/index.ts'

const pending = z.array(z.union(Object.values(taskEvents)))

const common = {
  schema: z.literal(1),
  /** Counts the changes of the task from 1; the ETag of the HTTP API. */
  version: z.int().min(1),
  /** Names the write that put the document there; the writer knows its own write by it. */
  write_id: z.string().min(1),
  /** Events of changes in here that are not known to be published, oldest first. */
  pending,
}

/** A task as it is stored. Fields of later versions are kept. */
const LiveDocument = z.looseObject({ ...common, task: Task.loose() })

/** What stays of a removed task, so that a late write cannot bring it back. */
const Tombstone = z.looseObject({ ...common, deleted_at: z.iso.datetime() })

export const TaskDocument = z.union([LiveDocument, Tombstone])
export type LiveDocument = z.infer<typeof LiveDocument>
export type Tombstone = z.infer<typeof Tombstone>
export type TaskDocument = z.infer<typeof TaskDocument>

export const isTombstone = (document: TaskDocument): document is Tombstone => 'deleted_at' in document
