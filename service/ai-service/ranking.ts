import type { Candidate } from '../../config/tasks/index.ts'

/** Tasks without a due date come after those with one, however far away it is. */
const dueAt = ({ due_date: due }: Candidate): number => (due === null ? Infinity : Date.parse(due))

/** A number below 0 where the first is less; `Infinity` is equal to itself. */
const compare = <T>(one: T, other: T): number => (one < other ? -1 : Number(one > other))

/** What to do first comes first: by due date, then the higher priority, then the older task; by id where all of that is equal. */
export const ranked = (tasks: readonly Candidate[]): Candidate[] =>
  tasks.toSorted(
    (one, other) =>
      compare(dueAt(one), dueAt(other)) ||
      compare(other.priority, one.priority) ||
      compare(Date.parse(one.created_at), Date.parse(other.created_at)) ||
      compare(one.id, other.id),
  )
