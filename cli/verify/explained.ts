import { z } from 'zod'

import type { ComponentNode, InvocationEdge, SubscriptionEdge } from '../../config/define/index.ts'
import { actionFor } from './access.ts'
import { CheckFailed } from './criterion.ts'
import type { Deployed } from './deployed.ts'

const ComponentShape = z.object({ scopes: z.array(z.string()).default([]) })

const componentDrift = async ({ cluster }: Deployed, { name, users }: ComponentNode): Promise<string[]> => {
  const found = await cluster.objects.find('dapr.io/v1alpha1', 'Component', cluster.namespace, name)
  if (found === undefined) return [`Component ${name} is not in the cluster`]
  const { scopes } = ComponentShape.parse(found)
  const left = users.filter((app) => !scopes.includes(app))
  return left.length === 0 ? [] : [`Component ${name} is scoped to ${scopes.join(', ')}, and so not to ${left.join(', ')}`]
}

const SubscriptionShape = z.object({
  spec: z.object({ pubsubname: z.string(), topic: z.string(), routes: z.object({ default: z.string() }) }),
})

const subscriptionDrift = async ({ cluster }: Deployed, { name, pubsub, topic, route }: SubscriptionEdge): Promise<string[]> => {
  const found = await cluster.objects.find('dapr.io/v2alpha1', 'Subscription', cluster.namespace, name)
  if (found === undefined) return [`Subscription ${name} is not in the cluster`]
  const { spec } = SubscriptionShape.parse(found)
  const compared = { pubsub: [spec.pubsubname, pubsub], topic: [spec.topic, topic], route: [spec.routes.default, route] }
  return Object.entries(compared)
    .filter(([, [seen, declared]]) => seen !== declared)
    .map(([what, [seen, declared]]) => `Subscription ${name} has the ${what} ${seen} where ${declared} is declared`)
}

const invocationDrift = async ({ cluster }: Deployed, { caller, callee, method, route }: InvocationEdge): Promise<string[]> => {
  const found = await cluster.objects.find('dapr.io/v1alpha1', 'Configuration', cluster.namespace, callee)
  if (found === undefined) return [`Configuration ${callee} is not in the cluster`]
  const action = actionFor(found, caller, route)
  return action === 'allow' ? [] : [`the access control in Configuration ${callee} has ${action} for ${method} called by ${caller} where allow is declared`]
}

/** Where the cluster's Dapr objects are not what the config declares: the first suspects when an effect is missing. */
const drift = async (deployed: Deployed): Promise<string[]> => {
  const { components, subscriptions, invocations } = deployed.graph
  const found = await Promise.all([
    ...components.map((component) => componentDrift(deployed, component)),
    ...subscriptions.map((subscription) => subscriptionDrift(deployed, subscription)),
    ...invocations.map((invocation) => invocationDrift(deployed, invocation)),
  ])
  return found.flat()
}

/** Makes a check; when it fails, drift in the cluster is named before what was seen. */
export const explained = async <T>(deployed: Deployed, check: () => Promise<T>): Promise<T> => {
  try {
    return await check()
  } catch (error) {
    const reasons = await drift(deployed)
    if (!(error instanceof CheckFailed) || reasons.length === 0) throw error
    throw new CheckFailed(`${reasons.join('; ')} (${error.message})`)
  }
}
