import { firstById, type History, type RecordedEvent, type StoredTask } from './history.ts'
import type { Violations } from './violations.ts'

/** The id that the event of a task's change must have. */
export const eventIdOf = (task: string, sequence: number): string => `${task}-${sequence}`

const sequences = (version: number): number[] => Array.from({ length: version }, (_, index) => index + 1)

/** The type that the change of a task must have; undefined where several may be. */
const requiredType = ({ version, deleted }: StoredTask, sequence: number): string | undefined => {
  if (sequence === 1) return 'task.created'
  return deleted && sequence === version ? 'task.deleted' : undefined
}

const lostOf = (task: StoredTask, events: ReadonlyMap<string, RecordedEvent>): string[] =>
  sequences(task.version).flatMap((sequence) => {
    const id = eventIdOf(task.id, sequence)
    const event = events.get(id)
    const required = requiredType(task, sequence)
    if (!event) return [`change ${sequence} of task ${task.id}, which is at version ${task.version}, has no event ${id}`]
    return required === undefined || event.type === required ? [] : [`change ${sequence} of task ${task.id} has the event ${event.type}, not ${required}`]
  })

const contentOf = ({ type, task, sequence, correlation }: RecordedEvent): string => JSON.stringify([type, task, sequence, correlation])

const phantomReason = (event: RecordedEvent, first: RecordedEvent | undefined, task: StoredTask | undefined, traces: ReadonlySet<string>): string | undefined => {
  if (!task) return 'its task was never stored'
  if (event.sequence > task.version) return `its task is at version ${task.version} only`
  if (event.id !== eventIdOf(event.task, event.sequence)) return `it is about change ${event.sequence} of task ${event.task}`
  if (first && contentOf(event) !== contentOf(first)) return `two events have its id: ${contentOf(event)} and ${contentOf(first)}`
  if (!traces.has(event.correlation)) return `no request had its correlation id ${event.correlation}`
  return undefined
}

/** Each change has its event, each event its change, and nothing is left to publish. */
export const checkEvents = ({ attempts, events, tasks }: History): Pick<Violations, 'lost' | 'phantom' | 'pending'> => {
  const byId = firstById(events)
  const stored = new Map(tasks.map((task) => [task.id, task]))
  const traces = new Set(attempts.map(({ trace }) => trace))
  return {
    lost: tasks.flatMap((task) => lostOf(task, byId)),
    phantom: events.flatMap((event) => {
      const reason = phantomReason(event, byId.get(event.id), stored.get(event.task), traces)
      return reason === undefined ? [] : [`event ${event.id} (${event.type}): ${reason}`]
    }),
    pending: tasks.filter(({ pending }) => pending > 0).map(({ id, pending }) => `task ${id} has ${pending} pending event(s)`),
  }
}
