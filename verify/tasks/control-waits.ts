import { eventually } from '../../cli/eventually.ts'
import { askApp, askSidecar, type Deployed, ensure, logLines, untilReady } from '../../cli/verify/index.ts'
import { taskClient } from './task-client.ts'

const app = 'task-api'
const callee = 'notification-service'

/** Waits until every sidecar of task-api says so of what it has loaded. */
export const untilSidecars =
  (expected: (metadata: string) => boolean) =>
  async (deployed: Deployed): Promise<void> => {
    for (const { name } of await deployed.cluster.pods(app)) {
      await eventually(
        async () => {
          const { text } = await askSidecar(deployed, app, '/v1.0/metadata', {}, name)
          ensure(expected(text), `the sidecar of ${name} has loaded: ${text}`)
        },
        { seconds: 60 },
      )
    }
  }

/**
 * Waits until an event arrives: the sidecars list a subscription whether or not it is active, and while its pubsub component is not loaded again.
 * What a subscription had read that then ended is given to another after a minute on Redis, so another event is sent soon.
 */
export const untilDelivering = async (deployed: Deployed): Promise<void> => {
  await untilSidecars((text) => text.includes('"name":"statestore"') && text.includes('/events/task-events"'))(deployed)
  await eventually(
    async () => {
      const { task } = await taskClient(deployed).create('Canary')
      await eventually(async () => { ensure((await logLines(deployed, app, app, `"${task.id}-1"`)).length > 0, `${app} was not given ${task.id}-1`) }, { seconds: 10 })
    },
    { seconds: 120 },
  )
}

/** daprd 1.18.2 stays silent on Kafka when a Subscription is changed back while it runs; new pods are how the stack itself takes a change. */
export const untilRolled = async (deployed: Deployed): Promise<void> => {
  const { cluster, replicas } = deployed
  for (const { name } of await cluster.pods(app)) {
    await cluster.objects.remove({ apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: cluster.namespace } })
  }
  await untilReady(cluster, replicas)
  await untilDelivering(deployed)
}

/**
 * Waits until no pod of the caller is answered any more: each has its own connection to one of the callee's sidecars, and these restart
 * for the change, one after the other. One refused call of a method is repeated until the breaker is open, which then is all that the
 * caller is told.
 */
export const untilRefused = async (deployed: Deployed): Promise<void> => {
  const { cluster, replicas } = deployed
  for (const { name } of await cluster.pods(app)) {
    await eventually(
      async () => {
        const { text } = await askSidecar(deployed, app, `/v1.0/invoke/${callee}/method/notify`, { method: 'POST', body: '{}' }, name)
        ensure(/PermissionDenied|circuit breaker is open/.test(text), `${callee} still answers notify to ${name}: ${text}`)
      },
      { seconds: 90, everySeconds: 3 },
    )
  }
  await untilReady(cluster, replicas)
}

/** Waits until a completed task is notified. One that is sent before the callee's sidecars have taken the change ends as a dead letter; another is sent then. */
export const untilNotified = (deployed: Deployed): Promise<void> =>
  eventually(
    async () => {
      const client = taskClient(deployed)
      const { task } = await client.create('Canary')
      const { eventId } = await client.setStatus(task.id, 'completed')
      await eventually(
        async () => {
          const { status, text } = await askApp(deployed, callee, `/notifications/${eventId}`)
          ensure(status === 200, `GET /notifications/${eventId} answered ${status} ${text}`)
        },
        { seconds: 15 },
      )
    },
    { seconds: 120 },
  )

/** Waits until all containers called task-api run, whatever their sidecars do. */
export const untilAppsRun = (deployed: Deployed): Promise<void> =>
  eventually(
    async () => {
      const pods = await deployed.cluster.pods(app)
      const states = pods.map(({ containers }) => containers.find(({ name }) => name === app)?.state ?? 'not there')
      ensure(states.length === deployed.replicas[app] && states.every((state) => state === 'running'), `containers ${app}: ${states.join(', ') || 'none'}`)
    },
    { seconds: 60 },
  )
