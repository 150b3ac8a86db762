import { Construct } from 'constructs'

import type { Delivery, InvocationEdge, Resilience, StackGraph } from '../../config/define/index.ts'
import { Resiliency, type ResiliencySpecPolicies, type ResiliencySpecTargetsApps, type ResiliencySpecTargetsComponents } from '../../imports/dapr.io.ts'
import { labelsOf } from './labels.ts'

export interface DaprResiliencyProps {
  /** Name of the stack, for labels. */
  readonly stack: string
  /** Id of the app; also the object's name. */
  readonly app: string
  readonly graph: StackGraph
  readonly delivery: Delivery
  readonly resilience: Resilience
}

// Names of policies.
const delivery = 'delivery'
const component = 'component'
const invocation = 'invocation'

/**
 * What the sidecar of an app does when a call fails. Deliveries of events are repeated the same on every broker: without this Redis
 * drops an event after the first failure, and Kafka repeats it every 5 s for ever. Calls of components are bounded and never repeated.
 * Invocations are bounded, broken off while a method keeps failing, and repeated where each method that the app invokes of another allows it.
 */
export class DaprResiliency extends Construct {
  constructor(scope: Construct, id: string, props: DaprResiliencyProps) {
    super(scope, id)
    const { stack, app } = props
    new Resiliency(this, 'Resource', {
      metadata: { name: app, labels: labelsOf(stack, app) },
      spec: { policies: policies(props), targets: { components: componentTargets(props), apps: appTargets(props) } },
      scopes: [app],
    })
  }
}

const subscribedBy = ({ app, graph }: DaprResiliencyProps): Set<string> =>
  new Set(graph.subscriptions.filter((edge) => edge.app === app).map(({ pubsub }) => pubsub))

const invokedBy = ({ app, graph }: DaprResiliencyProps): Map<string, InvocationEdge[]> =>
  Map.groupBy(graph.invocations.filter(({ caller }) => caller === app), ({ callee }) => callee)

// Dapr's policies are per app, not per method.
const mayRepeat = (edges: readonly InvocationEdge[]): boolean => edges.every(({ idempotent }) => idempotent)

const policies = (props: DaprResiliencyProps): ResiliencySpecPolicies => {
  const { delivery: events, resilience } = props
  const subscribes = subscribedBy(props).size > 0
  const invoked = [...invokedBy(props).values()]
  const invokes = invoked.length > 0
  const repeats = invoked.some(mayRepeat)
  return {
    timeouts: {
      [component]: `${resilience.componentSeconds}s`,
      ...(subscribes && { [delivery]: `${events.timeoutSeconds}s` }),
      ...(invokes && { [invocation]: `${resilience.attemptSeconds}s` }),
    },
    ...((subscribes || repeats) && { retries: {
      ...(subscribes && { [delivery]: { policy: 'exponential', maxInterval: `${events.maxIntervalSeconds}s`, maxRetries: events.maxRetries } }),
      ...(repeats && { [invocation]: repetition(resilience) }),
    } }),
    ...(invokes && { circuitBreakers: { [invocation]: breaker(resilience) } }),
  }
}

// Without a list every status but 200-399 would be repeated. 14 is gRPC's UNAVAILABLE.
const repetition = ({ pauseMs, maxRetries }: Resilience) => ({
  policy: 'constant',
  duration: `${pauseMs}ms`,
  maxRetries,
  matching: { httpStatusCodes: '500-599', gRpcStatusCodes: '14' },
})

const breaker = ({ breakerFailures, breakerSeconds }: Resilience) => ({
  maxRequests: 1,
  timeout: `${breakerSeconds}s`,
  trip: `consecutiveFailures >= ${breakerFailures}`,
})

const componentTargets = (props: DaprResiliencyProps): Record<string, ResiliencySpecTargetsComponents> => {
  const subscribed = subscribedBy(props)
  const used = props.graph.components.filter(({ users }) => users.includes(props.app))
  return Object.fromEntries(
    used.map(({ name }) => [name, { outbound: { timeout: component }, ...(subscribed.has(name) && { inbound: { retry: delivery, timeout: delivery } }) }]),
  )
}

const appTargets = (props: DaprResiliencyProps): Record<string, ResiliencySpecTargetsApps> =>
  Object.fromEntries(
    [...invokedBy(props)].map(([callee, edges]) => [
      callee,
      { timeout: invocation, circuitBreaker: invocation, ...(mayRepeat(edges) && { retry: invocation }) },
    ]),
  )
