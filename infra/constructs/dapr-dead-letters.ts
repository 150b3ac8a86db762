import { Construct } from 'constructs'

import { deadLetterMetadata, type SubscriptionEdge } from '../../config/define/index.ts'
import { SubscriptionV2Alpha1 } from '../../imports/dapr.io.ts'
import { labelsOf } from './labels.ts'

export interface DaprDeadLettersProps {
  /** Name of the stack, for labels. */
  readonly stack: string
  /** The subscription whose dead letters these are. */
  readonly subscription: SubscriptionEdge
}

/**
 * The Subscription that brings an app what it refused for good, to be kept where people can see it. What cannot be kept goes to the end of
 * the topic it came from, and comes again: Redis would forget it after the last retry, Kafka would let it block the others.
 */
export class DaprDeadLetters extends Construct {
  constructor(scope: Construct, id: string, { stack, subscription }: DaprDeadLettersProps) {
    super(scope, id)
    const { app, pubsub, deadLetterTopic, deadLetters } = subscription
    new SubscriptionV2Alpha1(this, 'Resource', {
      metadata: { name: deadLetters.name, labels: labelsOf(stack, app) },
      spec: {
        pubsubname: pubsub,
        topic: deadLetterTopic,
        routes: { default: deadLetters.route },
        deadLetterTopic,
        metadata: deadLetterMetadata(subscription),
      },
      scopes: [app],
    })
  }
}
