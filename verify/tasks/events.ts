import { type Criterion, type Deployed, ensure, explained, logLines, once, sidecarContainer } from '../../cli/verify/index.ts'
import { eventually } from '../../cli/eventually.ts'
import { type SeenTask, taskClient } from './task-client.ts'

const app = 'task-api'
const publishCall = '/v1.0/publish/pubsub/task-events'

/** Calls of the publish API that the sidecars logged (`dapr.io/enable-api-logging`). */
const publishCalls = (deployed: Deployed): Promise<string[]> => logLines(deployed, app, sidecarContainer, publishCall)

interface Change {
  /** Id of the event that the change must cause. */
  readonly eventId: string
  readonly published: readonly string[]
}

const change = async (deployed: Deployed, make: () => Promise<SeenTask>): Promise<Change> => {
  const before = await publishCalls(deployed)
  const { task, eventId } = await make()
  return eventually(
    async () => {
      const published = (await publishCalls(deployed)).filter((line) => !before.includes(line))
      ensure(published.length > 0, `no sidecar of ${app} logged ${publishCall} after the change of ${task.id}`)
      return { eventId, published }
    },
    { seconds: deployed.patienceSeconds },
  )
}

const received = (deployed: Deployed, { eventId }: Change): Promise<string> =>
  eventually(
    async () => {
      const lines = await logLines(deployed, app, app, 'Received event')
      const line = lines.find((text) => text.includes(`"${eventId}"`))
      ensure(line !== undefined, `${app} logged no "Received event" with the id ${eventId} within ${deployed.patienceSeconds} s`)
      return line
    },
    { seconds: deployed.patienceSeconds },
  )

export const eventsPublished = (deployed: Deployed): Criterion => {
  const client = taskClient(deployed)
  const create = once(() => client.create('Test events'))
  const created = once(() => change(deployed, create))
  const completed = once(async () => {
    const { task } = await create()
    return change(deployed, () => client.setStatus(task.id, 'completed'))
  })
  const publishing = (event: string, made: () => Promise<Change>) => ({
    title: `${event} event published`,
    check: () =>
      explained(deployed, async () => {
        const { eventId, published } = await made()
        return [`event ${eventId}`, ...published]
      }),
  })
  return {
    id: 'SC-3',
    title: 'Events Published',
    dependsOn: 'SC-2',
    lines: [
      publishing('task.created', created),
      publishing('task.completed', completed),
      {
        title: 'Subscription handler received events',
        check: () =>
          explained(deployed, async () => [await received(deployed, await created()), await received(deployed, await completed())]),
      },
    ],
  }
}
