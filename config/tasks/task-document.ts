import * as z from 'zod'

import { taskEvents } from './events.ts'
import { Task } from './task.ts'

const pending = z.array(z.union(Object.values(taskEvents)))

const common = {
  schema: z.literal(1),
  /** Counts the changes of the task from 1; the ETag of the HTTP API. */
  version: z.int().min(1),
  /** Names the change that made this version; its writer knows its own by it. */
  write_id: z.string().min(1),
  /** The same of the versions before, newest first, as many as are remembered. */
  earlier_writes: z.array(z.string()).default([]),
  /** Events of changes in here that are not known to be published, oldest first. */
  pending,
  /** The jobs of its own that a task has had, by kind: others need not be taken away. Documents of earlier versions do not say. */
  jobs: z.array(z.string()).optional(),
}

/** The request with an Idempotency-Key that created a task: what knows another one, and what it is answered. */
const Origin = z.looseObject({ digest: z.string(), answer: Task.loose() })

/** A task as it is stored. Fields of later versions are kept. */
const LiveDocument = z.looseObject({ ...common, task: Task.loose(), origin: Origin.optional() })
export type LiveDocument = z.infer<typeof LiveDocument>

/** What stays of a removed task, so that a late write cannot bring it back. */
const Tombstone = z.looseObject({
  ...common,
  deleted_at: z.iso.datetime(),
  origin_digest: z.string().optional(),
  /** Whose task it was: for others there never was one. */
  user_id: z.string().nullish(),
  /** There never was a task: it stands in the way of a creation whose replica died. */
  fence: z.literal(true).optional(),
})
export type Tombstone = z.infer<typeof Tombstone>

/** What is stored of a task. */
export const TaskDocument = z.union([LiveDocument, Tombstone])
export type TaskDocument = z.infer<typeof TaskDocument>
