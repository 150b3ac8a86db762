import { eventIdOf } from './check-events.ts'
import { type Answer, type Attempt, firstById, type History, type RecordedEvent, type StoredTask } from './history.ts'
import type { Violations } from './violations.ts'

type Acknowledged = Attempt & { readonly answer: Answer }

const isAcknowledged = (attempt: Attempt): attempt is Acknowledged => attempt.answer !== undefined && attempt.answer.code < 300

const nameOf = ({ kind, trace, task, answer }: Acknowledged): string => `${kind} of task ${answer.task ?? task ?? '?'} (trace ${trace}, answered ${answer.code})`

/** Whether the acknowledged change is the one that the state has under its version; replays of a create carry the trace of the first. */
const isOthers = (attempt: Acknowledged, event: RecordedEvent | undefined): boolean =>
  attempt.kind === 'status' && event !== undefined && (event.correlation !== attempt.trace || event.type !== `task.${attempt.status}`)

const reasonOf = (attempt: Acknowledged, stored: ReadonlyMap<string, StoredTask>, events: ReadonlyMap<string, RecordedEvent>): string | undefined => {
  const { kind, ifMatch, answer: { task = attempt.task, version } } = attempt
  const document = task === undefined ? undefined : stored.get(task)
  if (task === undefined || !document) return 'there is no such task'
  if (kind === 'delete') return document.deleted ? undefined : 'it lives'
  if (version === undefined) return 'the answer had no ETag'
  if (document.version < version) return `it is at version ${document.version}, version ${version} was promised`
  if (ifMatch !== undefined && version !== ifMatch + 1) return `version ${version} does not follow ${ifMatch}, which the request asked for`
  return isOthers(attempt, events.get(eventIdOf(task, version))) ? `version ${version} is another request's change` : undefined
}

/** A 404 for a task that was created and that nobody had asked to delete by then. */
const vanished = (attempt: Attempt, deletions: ReadonlyMap<string, number>): boolean =>
  attempt.answer?.code === 404 && attempt.task !== undefined && (deletions.get(attempt.task) ?? Infinity) > attempt.endedAt

const firstDeletions = (attempts: readonly Attempt[]): Map<string, number> => {
  const first = new Map<string, number>()
  for (const { kind, task, startedAt } of attempts) {
    if (kind === 'delete' && task !== undefined) first.set(task, Math.min(startedAt, first.get(task) ?? Infinity))
  }
  return first
}

const unkept = ({ attempts, events, tasks }: History): string[] => {
  const stored = new Map(tasks.map((task) => [task.id, task]))
  const byId = firstById(events)
  const deletions = firstDeletions(attempts)
  return [
    ...attempts.filter(isAcknowledged).flatMap((attempt) => {
      const reason = reasonOf(attempt, stored, byId)
      return reason === undefined ? [] : [`${nameOf(attempt)}: ${reason}`]
    }),
    ...attempts.filter((attempt) => vanished(attempt, deletions)).map(({ kind, task }) => `${kind} of task ${task} was answered 404, and nobody had deleted it`),
  ]
}

/** Keys are the titles of their tasks, so that tasks whose create was never answered are found, too. */
const doubleTasks = ({ attempts, events, tasks }: History): string[] => {
  const keys = new Set(attempts.flatMap(({ key }) => key ?? []))
  const found: [string, string][] = [
    ...attempts.flatMap(({ key, answer }): [string, string][] => (key === undefined || answer?.task === undefined ? [] : [[key, answer.task]])),
    ...events.map(({ title, task }): [string, string] => [title, task]),
    ...tasks.flatMap(({ title, id }): [string, string][] => (title === undefined ? [] : [[title, id]])),
  ]
  const byKey = Map.groupBy(found.filter(([key]) => keys.has(key)), ([key]) => key)
  return [...byKey].flatMap(([key, pairs]) => {
    const ids = [...new Set(pairs.map(([, id]) => id))]
    return ids.length > 1 ? [`key ${key} made the tasks ${ids.join(', ')}`] : []
  })
}

/** What was acknowledged is in the state, and a key made one task. */
export const checkRequests = (history: History): Pick<Violations, 'unkept' | 'doubleTasks'> => ({ unkept: unkept(history), doubleTasks: doubleTasks(history) })
