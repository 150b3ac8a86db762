import { jobName } from '../../config/define/index.ts'
import { Notification, type stack, Task, timetable } from '../../config/tasks/index.ts'
import { type Answer, askApp, askSidecar, type Deployed, ensure } from '../../cli/verify/index.ts'
import { eventually } from '../../cli/eventually.ts'

const app = 'task-api'
type Kind = keyof (typeof stack.services)[typeof app]['jobs']

const jobPath = (kind: Kind, id: string): string => `/v1.0/jobs/${jobName(kind, id)}`

/** A new task whose reminder comes in so many milliseconds, with its due date. */
export const createRemindedIn = async (deployed: Deployed, ms: number): Promise<{ readonly id: string; readonly due: Date }> => {
  const due = new Date(Date.now() + timetable.reminderLeadMs + ms)
  const body = JSON.stringify({ title: 'Test jobs', due_date: due.toISOString() })
  const answer = await askApp(deployed, app, '/tasks', { method: 'POST', headers: { 'content-type': 'application/json' }, body })
  ensure(answer.status === 201, `POST /tasks answered ${answer.status} ${answer.text}; expected 201`)
  return { id: Task.parse(answer.json()).id, due }
}

/** When the scheduler will call a job, as the sidecar tells it; fails while there is none. */
export const scheduledAt = (deployed: Deployed, kind: Kind, id: string): Promise<string> =>
  eventually(
    async () => {
      const answer = await askSidecar(deployed, app, jobPath(kind, id))
      ensure(answer.status === 200, `the sidecar of ${app} answered ${answer.status} for ${jobName(kind, id)}; expected 200`)
      return (answer.json() as { dueTime: string }).dueTime // of a job with one time
    },
    { seconds: deployed.patienceSeconds },
  )

/** The notification of an event; fails while there is none. */
export const notificationOf = (deployed: Deployed, eventId: string): Promise<Notification> =>
  eventually(
    async () => {
      const answer = await askApp(deployed, 'notification-service', `/notifications/${eventId}`)
      ensure(answer.status === 200, `GET /notifications/${eventId} answered ${answer.status}; expected 200`)
      return Notification.parse(answer.json())
    },
    { seconds: deployed.patienceSeconds },
  )

/** Schedules, and takes away again, a job by the clocks of a time zone; gives how the sidecar answered to the first. */
export const scheduleByZone = async (deployed: Deployed, timeZone: string): Promise<Answer> => {
  const path = jobPath('digest', 'nobody')
  const body = JSON.stringify({ schedule: `CRON_TZ=${timeZone} 0 0 ${timetable.digestHour} 1 1 *`, data: {}, overwrite: true })
  const answer = await askSidecar(deployed, app, path, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
  await askSidecar(deployed, app, path, { method: 'DELETE' })
  return answer
}
