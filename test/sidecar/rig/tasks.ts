import { Task } from '../../../config/tasks/index.ts'
import { ask } from './ask.ts'

/** Creates a task and gives it as the service answered. */
export const createTask = async (url: string, title = 'Buy milk'): Promise<Task> => {
  const { status, body } = await ask(`${url}/tasks`, { method: 'POST', body: { title } })
  if (status !== 201) throw new Error(`POST /tasks answered ${status} ${JSON.stringify(body)}`)
  return Task.parse(body)
}

/** Sets a task's status; `ifMatch` is sent as it is. */
export const setStatus = (url: string, id: string, status: string, ifMatch?: string) =>
  ask(`${url}/tasks/${id}/status?status=${status}`, { method: 'PUT', headers: ifMatch === undefined ? {} : { 'if-match': ifMatch } })
