import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'

import type { StackCluster } from '../../../cli/kube/index.ts'
import { sidecarPorts } from '../../../config/define/index.ts'
import { changeEventId, type TaskEvent } from '../../../config/tasks/index.ts'

/** The app that publishes the events, and hears of them. */
const app = 'task-api'
const url = `http://127.0.0.1:${sidecarPorts.http}/v1.0/publish/bulk/pubsub/task-events`

/** The event that somebody created a task. */
const eventOf = (task: string) => {
  const [at, id] = [new Date().toISOString(), changeEventId(task, 1)]
  const data: TaskEvent = { event_type: 'task.created', event_id: id, task_id: task, title: 'Wait', status: 'pending', timestamp: at, correlation_id: task, sequence: 1, user_id: 'somebody', due_date: null, priority: 2, created_at: at }
  return { specversion: '1.0', id, source: app, type: data.event_type, subject: task, datacontenttype: 'application/json', data }
}

/** Publishes more events than one pod handles at once, about tasks that there never were. */
export const publishMany = async (cluster: StackCluster, count: number): Promise<void> => {
  const [pod] = await cluster.pods(app)
  const program = await readFile('test/e2e/autoscaling/publish.ts', 'utf8')
  const task = randomUUID()
  await cluster.exec(pod?.name ?? '', app, ['node', '--input-type=module-typescript', '-e', program, url, task, `${count}`, JSON.stringify(eventOf(task))])
}
