import { graphOf } from 'dapr-stack/config'
import { type Answer, askApp, askSidecar, type Criterion, type Deployed, ensure, eventually, once, type StackVerification } from 'dapr-stack/verify'

import { Todo } from '../config/events.ts'
import { stack } from '../config/stack.ts'

const shown = ({ status, text }: Answer): string => `${status} ${text.slice(0, 300)}`

const createTodo = async (deployed: Deployed): Promise<Todo> => {
  const init = { method: 'POST' as const, headers: { 'content-type': 'application/json' }, body: JSON.stringify({ title: 'Learn Dapr', due_date: new Date().toISOString() }) }
  const answer = await askApp(deployed, 'todo-backend', '/api/tasks', init)
  ensure(answer.status === 201, `POST /api/tasks answered ${shown(answer)}`)
  return Todo.parse(answer.json())
}

const saved = async (deployed: Deployed, { task_id: id }: Todo): Promise<string[]> => {
  const answer = await askSidecar(deployed, 'todo-backend', `/v1.0/state/todo-state/task:${id}`)
  ensure(answer.status === 200 && answer.text.includes(id), `todo-state holds no task:${id}: ${shown(answer)}`)
  return [`todo-state task:${id}: ${answer.text}`]
}

const mailed = (deployed: Deployed, { task_id: id }: Todo, topic: string): Promise<string[]> =>
  eventually(async () => {
    const answer = await askApp(deployed, 'email-worker', `/mails/${id}-${topic}`)
    ensure(answer.status === 200, `email-worker has no mail of ${id}-${topic}: ${shown(answer)}`)
    return [answer.text]
  }, { seconds: deployed.patienceSeconds })

const criteria = (deployed: Deployed): Criterion[] => {
  const create = once(() => createTodo(deployed))
  return [
    { id: 'TE-1', title: 'State', lines: [{ title: 'A task is saved in todo-state', check: async () => saved(deployed, await create()) }] },
    {
      id: 'TE-2',
      title: 'Events',
      dependsOn: 'TE-1',
      lines: [
        { title: 'A created task is mailed', check: async () => mailed(deployed, await create(), 'task-created') },
        { title: 'A task that is due soon is mailed', check: async () => mailed(deployed, await create(), 'task-due-soon') },
      ],
    },
  ]
}

/** What `stack verify` judges by. */
export const verification: StackVerification = { graph: graphOf(stack), sources: ['service', 'config'], criteria }
