import { type AnyStack, type ComponentKind, type ComponentNode, graphOf } from '../../config/define/index.ts'
import type { Log } from './handlers.ts'
import type { LoadedComponent, Sidecar } from './sidecar.ts'

/** How the types of Dapr's components begin, by kind. */
const typePrefixes: Readonly<Record<ComponentKind, string>> = { state: 'state.', pubsub: 'pubsub.', secrets: 'secretstores.' }

/** The components of a stack that an app uses, in the config's order. */
export const requiredComponents = (stack: AnyStack, app: string): ComponentNode[] =>
  graphOf(stack).components.filter(({ users }) => users.includes(app))

const missing = (required: readonly ComponentNode[], loaded: readonly LoadedComponent[]): string[] =>
  required
    .filter(({ name, kind }) => !loaded.some((component) => component.name === name && component.type.startsWith(typePrefixes[kind])))
    .map(({ name, kind }) => `component "${name}" (${kind}) is not loaded`)

export interface Readiness {
  /** Why the app cannot take requests; empty when it can. Never throws. */
  reasons(): Promise<readonly string[]>
}

/**
 * Ready means: the sidecar takes calls, and has every component the app needs. A component that goes away after the app was ready once is
 * drift, which is logged once per change: taking every replica out of service would turn it into an outage.
 */
export const createReadiness = (sidecar: Sidecar, required: readonly ComponentNode[], log: Log): Readiness => {
  let wasReady = false
  let drift = ''
  const reportDrift = (reasons: readonly string[]): void => {
    const now = reasons.join('; ')
    if (now === drift) return
    drift = now
    if (now === '') log.info('Every component is loaded again')
    else log.warn({ reasons }, 'Components drifted')
  }
  const check = async (): Promise<readonly string[]> => {
    const [healthy, components] = await Promise.all([sidecar.outboundHealthy(), sidecar.components()])
    if (!healthy) return ['the Dapr sidecar is not ready']
    const reasons = missing(required, components)
    if (wasReady) reportDrift(reasons)
    wasReady ||= reasons.length === 0
    return wasReady ? [] : reasons
  }
  return { reasons: () => check().catch((error: unknown) => [error instanceof Error ? error.message : String(error)]) }
}
