import { describe, expect, it } from '@jest/globals'

import { untilReady } from '../../cli/verify/index.ts'
import { describeStartControls, startControls } from './start-controls.ts'
import { replicas } from './target.ts'

describe('the controls of a stack that is applied broken', () => {
  it('are three', () => { expect(startControls).toHaveLength(3) })
})

describe('the verification of a stack on dev that was applied broken', () => { describeStartControls('dev', startControls) })

/** Redis makes a stream when the first event comes; on Kafka a topic that nobody made takes no event, and so no change of a task. */
describe('the verification of a stack on kafka whose topics were not made', () => {
  describeStartControls('kafka', [
    {
      criterion: 'SC-2',
      broken: 'no Job makes the topics',
      says: ['POST /tasks answered 503 ', 'topic \\"task-events\\" of pubsub \\"pubsub\\"'],
      breakage: { when: 'applied', change: (objects) => objects.filter(({ kind }) => kind !== 'Job'), untilTried: ({ cluster }) => untilReady(cluster, replicas) },
    },
  ])
})
