import { Construct } from 'constructs'

import type { SubscriptionEdge } from '../../config/define/index.ts'
import { SubscriptionV2Alpha1 } from '../../imports/dapr.io.ts'
import { labelsOf } from './labels.ts'

export interface DaprSubscriptionProps {
  /** Name of the stack, for labels. */
  readonly stack: string
  readonly subscription: SubscriptionEdge
}

/** A Dapr Subscription of one app to one topic, on one route; what the app refuses for good goes to the dead-letter topic. */
export class DaprSubscription extends Construct {
  constructor(scope: Construct, id: string, { stack, subscription }: DaprSubscriptionProps) {
    super(scope, id)
    const { name, app, pubsub, topic, route, deadLetterTopic } = subscription
    new SubscriptionV2Alpha1(this, 'Resource', {
      metadata: { name, labels: labelsOf(stack, app) },
      spec: { pubsubname: pubsub, topic, routes: { default: route }, deadLetterTopic },
      scopes: [app],
    })
  }
}
