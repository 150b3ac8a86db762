import { z } from 'zod'

import { graphOf } from '../../config/define/index.ts'
import { changeEventId, type LiveDocument, stack, TaskDocument, taskKey, type Tombstone } from '../../config/tasks/index.ts'
import { type ExpectedEvent, type Kind, type Look, type StackWhy, type Step, type Story, Unreachable } from '../../cli/why/index.ts'
import { notificationEffect, notificationOf, type Notified, notifiedText } from './why-notification.ts'
import { reminderChapter } from './why-reminder.ts'

const app = 'task-api'
const store = 'statestore'
const topic = 'task-events'
const notify = { app, invokes: { callee: 'notification-service', method: 'notify' } } as const
/** The latest changes that are followed; nobody reads more. */
const maxChanges = 20

const isTombstone = (document: TaskDocument): document is Tombstone => 'deleted_at' in document

/** A change of the task, and the notification of it, where it may have one. */
interface Change {
  readonly id: string
  readonly version: number
  readonly type: string | undefined
  readonly notified: Notified
}

/** What tells the type of the event of a version: the document while it is pending, the logs, or that it is the first or the last. */
const typeOf = (id: string, version: number, document: TaskDocument, { entries }: Look): string | undefined => {
  const event = changeEventId(id, version)
  const pending = document.pending.find(({ event_id: one }) => one === event)?.event_type
  const logged = entries.find(({ eventId, eventType }) => eventId === event && eventType !== undefined)?.eventType
  const only = version === 1 ? 'task.created' : isTombstone(document) && version === document.version ? 'task.deleted' : undefined
  return pending ?? logged ?? only
}

const mayNotify = (type: string | undefined): boolean => type === undefined || type === 'task.completed'

/** A completed task has a change that completed it: the last one of which nothing else is known, where none is known to. */
const withCompletion = (changes: readonly Change[], document: TaskDocument): readonly Change[] => {
  const isKnown = changes.some(({ type, notified }) => type === 'task.completed' || notified.notification !== undefined)
  if (isTombstone(document) || document.task.status !== 'completed' || isKnown) return changes
  const index = changes.findLastIndex(({ type }) => type === undefined)
  return changes.map((change, at) => (at === index ? { ...change, type: 'task.completed' } : change))
}

const changesOf = async (id: string, document: TaskDocument, look: Look): Promise<readonly Change[]> => {
  const first = Math.max(1, document.version - maxChanges + 1)
  const versions = Array.from({ length: document.version - first + 1 }, (_, index) => first + index)
  const changes = versions.map(async (version): Promise<Change> => {
    const type = typeOf(id, version, document, look)
    const event = changeEventId(id, version)
    const notified = mayNotify(type) ? await notificationOf(look, event) : {}
    return { id: event, version, type: notified.notification === undefined ? type : 'task.completed', notified }
  })
  return withCompletion(await Promise.all(changes), document)
}

/** When a change was made, or the earliest moment that it can have been. */
const timeOf = ({ id, version }: Change, document: TaskDocument, { entries }: Look): string => {
  const changedAt = isTombstone(document) ? document.deleted_at : document.task.updated_at
  const createdAt = isTombstone(document) ? undefined : document.task.created_at
  if (version === document.version) return changedAt
  return (version === 1 ? createdAt : undefined) ?? entries.find(({ eventId }) => eventId === id)?.time ?? createdAt ?? new Date(0).toISOString()
}

const eventOf = (change: Change, document: TaskDocument, look: Look): ExpectedEvent => {
  const { id, version, type, notified } = change
  const pending = document.pending.some(({ event_id: event }) => event === id)
  const effects = type === 'task.completed' ? [notificationEffect(notified, notify)] : []
  return { id, ...(type !== undefined && { type }), topic, publisher: app, sequence: version, time: timeOf(change, document, look), pending, effects }
}

const documentSteps = (document: TaskDocument): Step[] => {
  const source = `${app} ${store}`
  const pending = document.pending.map(({ event_type: type, event_id: id }) => `${type} (${id})`)
  const waiting: Step[] = pending.length === 0 ? [] : [{ source, text: `not known to be published: ${pending.join(', ')}`, state: 'waiting' }]
  if (isTombstone(document)) return [{ time: document.deleted_at, source, text: `removed by version ${document.version}: what is stored says so for a day` }, ...waiting]
  const { version, task: { status, user_id: owner, due_date: due, created_at: created, updated_at: updated } } = document
  const now = `version ${version} is stored: ${status}, ${owner === null ? 'of nobody' : `of user ${owner}`}, ${due === null ? 'not due' : `due at ${due}`}`
  return [{ time: created, source, text: 'created as version 1' }, { time: updated, source, text: now }, ...waiting]
}

const notDue = ({ task: { status, due_date: due } }: LiveDocument): string[] =>
  status === 'completed' || due !== null ? [] : [`no notification is due: the task is ${status}, and has no due date`]

const storyOf = async (id: string, document: TaskDocument, look: Look): Promise<Story> => {
  const changes = await changesOf(id, document, look)
  const reminder = isTombstone(document) ? {} : await reminderChapter(look, document)
  const notified = changes.flatMap(({ notified: { notification } }) => (notification ? notifiedText(notification) : []))
  const ends = isTombstone(document) ? [`the task was removed at ${document.deleted_at}: nothing is notified of it any more`] : notDue(document)
  return {
    steps: [...documentSteps(document), ...(reminder.steps ?? [])],
    events: [...changes.map((change) => eventOf(change, document, look)), ...(reminder.events ?? [])],
    outcome: [...notified, ...(reminder.outcome ?? []), ...ends],
    ...(reminder.missing && { missing: reminder.missing }),
  }
}

/** There never was such a task: something stands where a creation must not arrive any more. */
const isFence = (document: TaskDocument): boolean => isTombstone(document) && document.fence === true

const task: Kind = {
  searched: (id) => `${taskKey(id)} in ${store} of ${app}: there is none, there never was, or it was removed more than a day ago`,
  story: async (id, look) => {
    const stored = await look.stored(app, store, taskKey(id))
    if (stored === undefined) return undefined
    const { data: document, error } = TaskDocument.safeParse(stored)
    if (!document) throw new Unreachable(`what is stored under ${taskKey(id)} is no task that this version of the config can read: ${z.prettifyError(error)}`)
    return isFence(document) ? undefined : storyOf(id, document, look)
  },
}

/** What `stack why` explains of the task stack. */
export const why: StackWhy = { graph: graphOf(stack), kinds: { task } }
