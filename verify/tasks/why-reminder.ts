import { jobName } from '../../config/define/index.ts'
import { dueSoonId, type LiveDocument, timetable } from '../../config/tasks/index.ts'
import { type ExpectedEvent, type Look, type Story, Unreachable } from '../../cli/why/index.ts'
import { notificationEffect, notificationOf, notifiedText } from './why-notification.ts'

const app = 'task-api'
/** A job that is later than this is not only under way. */
const lateMs = 60_000

interface Due {
  readonly id: string
  readonly dueDate: string
  /** When the reminder has to come. */
  readonly at: Date
}

type Chapter = Partial<Story>

const dueOf = ({ task }: LiveDocument): Due | undefined => {
  const { id, due_date: dueDate, status, updated_at: changed } = task
  if (dueDate === null || status === 'completed') return undefined
  return { id, dueDate, at: new Date(Math.max(Date.parse(dueDate) - timetable.reminderLeadMs, Date.parse(changed))) }
}

/** What the log says of a reminder that did not tell. */
const saidNo = ({ entries }: Look): string | undefined => entries.findLast(({ text }) => text.includes('The owner wants no reminders') || text.includes('This reminder is out of date'))?.said

const inScheduler = async ({ job }: Look, name: string): Promise<'there' | 'not there' | Unreachable> => {
  try {
    return (await job(app, name)) === undefined ? 'not there' : 'there'
  } catch (error) {
    if (error instanceof Unreachable) return error
    throw error
  }
}

const waiting = async (look: Look, { id, at }: Due): Promise<Chapter | undefined> => {
  const { now } = look
  const name = jobName('reminder', id)
  const found = await inScheduler(look, name)
  if (found instanceof Unreachable) return { missing: { step: `the scheduler says whether job ${name} waits`, because: found.message, fix: 'see that dapr-scheduler runs: it holds the jobs' } }
  if (found === 'not there') return undefined
  const step = { source: 'scheduler', text: `job ${name} waits for ${at.toISOString()}`, state: 'waiting' } as const
  if (now.getTime() - at.getTime() <= lateMs) return { steps: [step], outcome: [`no notification is due before ${at.toISOString()}, half an hour before the task is`] }
  const missing = { step: `job ${name} is done`, because: `the scheduler still has it, ${Math.round((now.getTime() - at.getTime()) / 1000)} s after its time: ${app} fails at it, or no sidecar of it is connected`, fix: `see \`stack logs --app ${app}\`; it is called again by itself` }
  return { steps: [step], missing }
}

const told = (look: Look, due: Due, notified: Awaited<ReturnType<typeof notificationOf>>): Chapter | undefined => {
  const id = dueSoonId(due.id, due.dueDate)
  const said = look.entries.find(({ eventId }) => eventId === id)
  if (said === undefined && notified.notification === undefined) return undefined
  const event: ExpectedEvent = {
    id, type: 'task.due-soon', topic: 'task-due-soon', publisher: app, time: said?.time ?? due.at.toISOString(), pending: false, effects: [notificationEffect(notified, { app: 'notification-service' })],
  }
  return { events: [event], outcome: notified.notification === undefined ? [] : [notifiedText(notified.notification)] }
}

/** What became of the reminder of a task that has a due date; nothing where it needs none. */
export const reminderChapter = async (look: Look, document: LiveDocument): Promise<Chapter> => {
  const due = dueOf(document)
  if (due === undefined) return {}
  if (Date.parse(due.dueDate) <= Date.parse(document.task.updated_at)) return { outcome: [`nothing reminds of a task that was due, at ${due.dueDate}, before its last change`] }
  const chapter = told(look, due, await notificationOf(look, dueSoonId(due.id, due.dueDate))) ?? (await waiting(look, due))
  if (chapter) return chapter
  const no = saidNo(look)
  if (no !== undefined) return { outcome: [`no notification of the due date: ${no}`] }
  const because = `the scheduler has no ${jobName('reminder', due.id)}, and neither a log nor a notification tells that it came`
  return { missing: { step: `the reminder at ${due.at.toISOString()}`, because, fix: 'set the due date again by PUT /tasks/{id}: that makes the job anew' } }
}
