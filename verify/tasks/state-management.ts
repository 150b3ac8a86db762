import { taskKey } from '../../config/tasks/index.ts'
import { eventually } from '../../cli/eventually.ts'
import { type Answer, askSidecar, type Criterion, type Deployed, ensure, explained, once } from '../../cli/verify/index.ts'
import { type SeenTask, taskClient } from './task-client.ts'

const app = 'task-api'
const store = 'statestore'
const writers = 16

/** The stored document, read from the component itself through the sidecar's state API. */
const stored = (deployed: Deployed, id: string): Promise<Answer> => askSidecar(deployed, app, `/v1.0/state/${store}/${taskKey(id)}`)

const creating = async (deployed: Deployed, { task, etag }: SeenTask): Promise<string[]> => {
  const document = await stored(deployed, task.id)
  ensure(document.status === 200 && document.text.includes(task.title), `${store} holds no task-${task.id}: ${document.status} ${document.text}`)
  return [`POST /tasks 201, ETag ${etag}, id ${task.id}`, `${store} task-${task.id}, store ETag ${document.etag ?? 'none'}: ${document.text}`]
}

const getting = async (deployed: Deployed, { task }: SeenTask): Promise<string[]> => {
  const pods = await deployed.cluster.pods(app)
  const client = taskClient(deployed)
  return Promise.all(
    pods.map(async ({ name }) => {
      const again = await client.get(task.id, name)
      ensure(again.task.title === task.title, `pod ${name} showed the title "${again.task.title}" instead of "${task.title}"`)
      return `GET /tasks/${task.id} at ${name}: 200, ETag ${again.etag}`
    }),
  )
}

const updating = async (deployed: Deployed, { task, etag }: SeenTask): Promise<string[]> => {
  const client = taskClient(deployed)
  const first = await client.trySetStatus(task.id, 'in_progress', etag)
  ensure(first.status === 200, `PUT with If-Match ${etag} answered ${first.status} ${first.text}`)
  const stale = await client.trySetStatus(task.id, 'completed', etag)
  ensure(stale.status === 412, `PUT with the stale If-Match ${etag} answered ${stale.status}; expected 412`)
  const current = first.etag ?? ''
  const race = await Promise.all(Array.from({ length: writers }, () => client.trySetStatus(task.id, 'pending', current)))
  const count = (status: number): number => race.filter((answer) => answer.status === status).length
  ensure(count(200) === 1 && count(412) === writers - 1, `${writers} writers with If-Match ${current} got ${race.map(({ status }) => status).join(' ')}`)
  return [
    `PUT with If-Match ${etag}: 200, ETag ${current}`,
    `PUT with the stale If-Match ${etag}: 412`,
    `${writers} writers with If-Match ${current}: one 200, ${writers - 1} times 412`,
  ]
}

const deleting = async (deployed: Deployed, { task }: SeenTask): Promise<string[]> => {
  const client = taskClient(deployed)
  await client.remove(task.id)
  const gone = await client.tryGet(task.id)
  ensure(gone.status === 404, `GET after DELETE answered ${gone.status}; expected 404`)
  // Its last event stands in the document until just after the answer (docs/delivery.md).
  const document = await eventually(
    async () => {
      const answer = await stored(deployed, task.id)
      ensure(!answer.text.includes(task.title), `${store} still holds the removed task: ${answer.text}`)
      return answer
    },
    { seconds: 5 },
  )
  return [`DELETE /tasks/${task.id}: 204, then GET: 404`, `${store} task-${task.id}: ${document.status} ${document.text}`]
}

export const stateManagement = (deployed: Deployed): Criterion => {
  const create = once(() => taskClient(deployed).create('Test state management'))
  const line = (title: string, check: (deployed: Deployed, task: SeenTask) => Promise<string[]>) => ({
    title,
    check: () => explained(deployed, async () => check(deployed, await create())),
  })
  return {
    id: 'SC-2',
    title: 'State Management',
    dependsOn: 'SC-1',
    lines: [
      line('Create task saves state', creating),
      line('Get task retrieves state', getting),
      line('Update task with ETag', updating),
      line('Delete task removes state', deleting),
    ],
  }
}
