import { Task } from '../../config/tasks/index.ts'
import { type Answer, askApp, type Deployed, ensure } from '../../cli/verify/index.ts'

const app = 'task-api'

const shown = ({ status, text }: Answer): string => `${status} ${text.slice(0, 300)}`

/** A task with the version that the API showed of it. */
export interface SeenTask {
  readonly task: Task
  readonly etag: string
  /** Id of the event of the change that made this version. */
  readonly eventId: string
}

const seen = (answer: Answer, status: number, call: string): SeenTask => {
  ensure(answer.status === status, `${call} answered ${shown(answer)}; expected ${status}`)
  ensure(answer.etag !== undefined, `${call} answered without an ETag`)
  const task = Task.parse(answer.json())
  return { task, etag: answer.etag, eventId: `${task.id}-${answer.etag.replaceAll('"', '')}` }
}

/** The calls of the HTTP task API that the criteria make; each fails with the answer it got. */
export const taskClient = (deployed: Deployed) => ({
  create: async (title: string): Promise<SeenTask> => {
    const init = { method: 'POST' as const, headers: { 'content-type': 'application/json' }, body: JSON.stringify({ title }) }
    return seen(await askApp(deployed, app, '/tasks', init), 201, 'POST /tasks')
  },
  get: async (id: string, pod?: string): Promise<SeenTask> => seen(await askApp(deployed, app, `/tasks/${id}`, {}, pod), 200, `GET /tasks/${id}`),
  tryGet: (id: string): Promise<Answer> => askApp(deployed, app, `/tasks/${id}`),
  trySetStatus: (id: string, status: string, etag: string): Promise<Answer> =>
    askApp(deployed, app, `/tasks/${id}/status?status=${status}`, { method: 'PUT', headers: { 'if-match': etag } }),
  setStatus: async (id: string, status: string): Promise<SeenTask> =>
    seen(await askApp(deployed, app, `/tasks/${id}/status?status=${status}`, { method: 'PUT' }), 200, `PUT /tasks/${id}/status`),
  remove: async (id: string): Promise<void> => {
    const answer = await askApp(deployed, app, `/tasks/${id}`, { method: 'DELETE' })
    ensure(answer.status === 204, `DELETE /tasks/${id} answered ${shown(answer)}; expected 204`)
  },
})
export type TaskClient = ReturnType<typeof taskClient>
