import { componentDrift, invocationDrift, subscriptionDrift } from '../../verify/index.ts'
import type { StackGraph } from '../../../config/define/index.ts'
import type { StackCluster } from '../../kube/index.ts'
import type { Finding } from '../../why/index.ts'

const putBack = '`stack up` puts it back'

const appFindings = async ({ pods, namespace }: StackCluster, app: string): Promise<Finding[]> => {
  const about = { kind: 'app', app } as const
  const all = await pods(app)
  if (all.length === 0) return [{ about, text: `no pod of ${app} runs in ${namespace}`, fix: `start it: \`stack up\`, or \`kubectl scale deployment ${app} --replicas 1\`` }]
  if (all.some(({ allReady }) => allReady)) return []
  const states = all.map(({ name, ready, containers, unscheduled }) => `${name} ${ready}: ${unscheduled ?? containers.filter((container) => !container.ready).map(({ name: container, state }) => `${container} ${state}`).join(', ')}`)
  return [{ about, text: `no pod of ${app} is ready (${states.join('; ')})`, fix: `see \`stack logs --app ${app}\` and \`stack status\`` }]
}

/** What in a namespace is not as the graph declares it. */
export const clusterFindings = async (cluster: StackCluster, { apps, components, subscriptions, invocations }: StackGraph): Promise<Finding[]> => {
  const drifted = async (about: Finding['about'], drift: Promise<string[]>): Promise<Finding[]> => (await drift).map((text) => ({ about, text, fix: putBack }))
  const found = await Promise.all([
    ...apps.map(({ id }) => appFindings(cluster, id)),
    ...components.map((component) => drifted({ kind: 'component', component: component.name }, componentDrift({ cluster }, component))),
    ...subscriptions.map((subscription) => drifted({ kind: 'subscription', subscription: subscription.name }, subscriptionDrift({ cluster }, subscription))),
    ...invocations.map((invocation) => drifted({ kind: 'invocation', caller: invocation.caller, callee: invocation.callee, method: invocation.method }, invocationDrift({ cluster }, invocation))),
  ])
  return found.flat()
}
