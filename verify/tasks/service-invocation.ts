import { askApp, type Criterion, type Deployed, ensure, explained, logLines, once } from '../../cli/verify/index.ts'
import { eventually } from '../../cli/eventually.ts'
import { hardCodedAddresses } from './source-scan.ts'
import { taskClient } from './task-client.ts'

const caller = 'task-api'
const callee = 'notification-service'

const stored = async (deployed: Deployed, eventId: string): Promise<string[]> => {
  const pods = await deployed.cluster.pods(callee)
  return Promise.all(
    pods.map(async ({ name }) => {
      const { status, text } = await askApp(deployed, callee, `/notifications/${eventId}`, {}, name)
      ensure(status === 200, `GET /notifications/${eventId} at ${name} answered ${status} ${text}`)
      return `GET /notifications/${eventId} at ${name}: 200 ${text}`
    }),
  )
}

const sent = async (deployed: Deployed, taskId: string): Promise<string> => {
  const text = `Notification sent for task ${taskId}`
  const [line] = await logLines(deployed, caller, caller, text)
  ensure(line !== undefined, `${caller} did not log "${text}"`)
  return line
}

const notified = async (deployed: Deployed): Promise<string[]> => {
  const client = taskClient(deployed)
  const { task } = await client.create('Test service invocation')
  const { eventId } = await client.setStatus(task.id, 'completed')
  return eventually(async () => [await sent(deployed, task.id), ...(await stored(deployed, eventId))], { seconds: deployed.patienceSeconds })
}

const discovery = async ({ sources }: Deployed): Promise<string[]> => {
  const found = await hardCodedAddresses(sources)
  ensure(found.length === 0, `the source holds addresses of its own: ${found.join('; ')}`)
  return [`no address of another service in the source (${sources.join(', ')}); ${caller} names ${callee} by its app id`]
}

export const serviceInvocation = (deployed: Deployed): Criterion => {
  const notification = once(() => explained(deployed, () => notified(deployed)))
  return {
    id: 'SC-4',
    title: 'Service Invocation',
    dependsOn: 'SC-3',
    lines: [
      { title: 'notification-service called via Dapr', check: notification },
      { title: 'Service discovery automatic', check: () => discovery(deployed) },
    ],
  }
}
