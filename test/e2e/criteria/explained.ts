import { CheckFailed } from '../../../cli/verify/index.ts'
import type { Deployed } from './deployed.ts'

const missing = async ({ cluster }: Deployed, apiVersion: string, kind: string, names: readonly string[]): Promise<string[]> => {
  const there = await Promise.all(names.map((name) => cluster.objects.find(apiVersion, kind, cluster.namespace, name)))
  return names.filter((_, index) => there[index] === undefined).map((name) => `${kind} ${name} is not in the cluster`)
}

/** What the config declares and the cluster does not have: the first suspects when an effect is missing. */
const drift = async (deployed: Deployed): Promise<string[]> => {
  const { components, subscriptions } = deployed.graph
  return [
    ...(await missing(deployed, 'dapr.io/v1alpha1', 'Component', components.map(({ name }) => name))),
    ...(await missing(deployed, 'dapr.io/v2alpha1', 'Subscription', subscriptions.map(({ name }) => name))),
  ]
}

/** Makes a check; when it fails, what is missing in the cluster is named before what was seen. */
export const explained = async <T>(deployed: Deployed, check: () => Promise<T>): Promise<T> => {
  try {
    return await check()
  } catch (error) {
    const reasons = await drift(deployed)
    if (!(error instanceof CheckFailed) || reasons.length === 0) throw error
    throw new CheckFailed(`${reasons.join('; ')} (${error.message})`)
  }
}
