import { Construct } from 'constructs'

import type { Delivery, StackGraph } from '../../config/define/index.ts'
import { Resiliency, type ResiliencySpecPoliciesRetries, type ResiliencySpecTargetsComponents } from '../../imports/dapr.io.ts'
import { labelsOf } from './labels.ts'

export interface DaprResiliencyProps {
  /** Name of the stack; also the object's name. */
  readonly stack: string
  readonly graph: StackGraph
  readonly delivery: Delivery
}

// Both policies are for deliveries of events, and go by that name.
const policy = 'delivery'

/**
 * How a delivery that an app refuses is repeated, the same on every broker: without this Redis drops the event after the
 * first failure, and Kafka repeats it every 5 s for ever.
 */
export class DaprResiliency extends Construct {
  constructor(scope: Construct, id: string, { stack, graph, delivery }: DaprResiliencyProps) {
    super(scope, id)
    const subscribed = [...new Set(graph.subscriptions.map(({ pubsub }) => pubsub))]
    const retries: Record<string, ResiliencySpecPoliciesRetries> = {
      [policy]: { policy: 'exponential', maxInterval: `${delivery.maxIntervalSeconds}s`, maxRetries: delivery.maxRetries },
    }
    const components: Record<string, ResiliencySpecTargetsComponents> = Object.fromEntries(
      subscribed.map((name) => [name, { inbound: { retry: policy, timeout: policy } }]),
    )
    new Resiliency(this, 'Resource', {
      metadata: { name: stack, labels: labelsOf(stack, stack) },
      spec: { policies: { retries, timeouts: { [policy]: `${delivery.timeoutSeconds}s` } }, targets: { components } },
      scopes: [...new Set(graph.subscriptions.map(({ app }) => app))],
    })
  }
}
