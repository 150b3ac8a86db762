import { describe, expect, test } from '@jest/globals'

import { type Sample, samplesIn } from '../../../cli/graph/metrics.ts'
import type { KubeObject } from '../../../cli/kube/port.ts'
import { silentSubscriptions } from '../../../cli/stack/canary/canary.ts'
import { deliveriesIn } from '../../../cli/stack/canary/deliveries.ts'
import { causeOf, provable } from '../../../cli/stack/canary/prove.ts'
import type { TopicRef } from '../../../cli/stack/canary/sidecar-calls.ts'
import { fixFor } from '../../../cli/stack/up/failure.ts'
import { type Pod, podOf } from '../../../cli/stack/up/pods.ts'

// As daprd 1.18.2 wrote them.
const line = (topic: string, status: string, count: number, component = 'bus') =>
  `dapr_component_pubsub_ingress_count{app_id="billing",component="${component}",namespace="market",process_status="${status}",status="",topic="${topic}"} ${count}`

const metricsOf = (counts: Readonly<Record<string, number>>): Sample[] =>
  samplesIn(['# TYPE dapr_component_pubsub_ingress_count counter', ...Object.entries(counts).map(([topic, count]) => line(topic, 'success', count))].join('\n'))

describe('deliveries, read off metrics', () => {
  const samples = samplesIn([line('orders', 'success', 3), line('orders', 'retry', 2), line('orders', 'drop', 1), line('orders', 'success', 9, 'other'), line('orders-2', 'success', 7), 'dapr_component_pubsub_egress_count{component="bus",topic="orders"} 5'].join('\n'))

  test('are those of the component and the topic, by what came of them', () => {
    expect(deliveriesIn(samples, 'bus', 'orders')).toEqual({ success: 3, refused: 3 })
  })

  test('are none where nothing was delivered', () => {
    expect(deliveriesIn(samples, 'bus', 'order')).toEqual({ success: 0, refused: 0 })
  })
})

const podOfApp = (app: string, name = `${app}-1`): Pod =>
  podOf({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, uid: name, annotations: { 'dapr.io/app-id': app } },
    spec: { containers: [{ name: app }] },
    status: { conditions: [{ type: 'Ready', status: 'True' }] },
  })

const subscription = { name: 'billing-orders', app: 'billing', topic: 'orders', pubsub: 'bus' }
const graph = { topics: [{ name: 'orders', pubsub: 'bus', publishers: ['shop'] }], subscriptions: [subscription] }

/** A stack whose sidecars hand over what is published, unless they are told otherwise; each pod counts from what it had delivered before. */
const flowing = ({ pods = [podOfApp('shop'), podOfApp('billing')], before = 0, takes = () => true, refuses, unreadable = 0 }: {
  readonly pods?: readonly Pod[]
  readonly before?: number
  readonly takes?: (published: number) => boolean
  readonly refuses?: string
  /** Looks at which the metrics do not answer. */
  readonly unreadable?: number
} = {}) => {
  const published: (TopicRef & { readonly by: string })[] = []
  let [delivered, looks] = [before, 0]
  const calls = {
    publish: async ({ metadata }: Pod, on: TopicRef) => {
      if (refuses !== undefined) return refuses
      published.push({ ...on, by: metadata.name })
      if (takes(published.length)) delivered += 1
      return undefined
    },
    samples: async () => ((looks += 1) <= unreadable ? undefined : metricsOf({ orders: delivered })),
  }
  const output = { emit: () => undefined, print: () => undefined, show: () => undefined, end: () => undefined }
  const run = () => silentSubscriptions({ output, signal: new AbortController().signal, graph, pods: async () => pods, calls, seconds: 0.2, pace: { lookMs: 5, againMs: 30 } })
  return { published, run }
}

describe('the canary', () => {
  test('is published once on a topic, by an app that may, and its delivery ends the wait', async () => {
    const { published, run } = flowing()
    expect(await run()).toEqual([])
    expect(published).toEqual([{ topic: 'orders', pubsub: 'bus', by: 'shop-1' }])
  })

  test('is published again when a pod on its way out may have taken it', async () => {
    const { published, run } = flowing({ takes: (count) => count === 2 })
    expect(await run()).toEqual([])
    expect(published).toHaveLength(2)
  })

  test('fails where only what came before it was delivered', async () => {
    expect(await flowing({ before: 5, takes: () => false }).run()).toEqual([{ subscription, refused: 0 }])
  })

  test('fails where only what came before it was delivered, and the metrics did not answer at first', async () => {
    expect(await flowing({ before: 5, takes: () => false, unreadable: 1 }).run()).toEqual([{ subscription, refused: 0 }])
  })

  test('fails with the answer of the publisher\'s sidecar', async () => {
    expect(await flowing({ refuses: '403 not allowed' }).run()).toEqual([{ subscription, refused: 0, unpublished: 'the sidecar of shop answers 403 not allowed' }])
  })

  test('fails where no publisher is ready', async () => {
    expect(await flowing({ pods: [podOfApp('billing')] }).run()).toEqual([{ subscription, refused: 0, unpublished: 'no pod of shop is ready' }])
  })
})

describe('a silent subscription', () => {
  test.each([
    [{ unpublished: 'the sidecar of shop answers 500 broker' }, 1, true, 'nothing can be published on it: the sidecar of shop answers 500 broker', 'the broker runs'],
    [{ unpublished: 'the sidecar of shop answers 403 no' }, 1, true, 'nothing can be published on it: the sidecar of shop answers 403 no', 'scopes'],
    [{}, 1, false, 'its sidecar has no Subscription billing-orders', 'see that the Subscription billing-orders is there'],
    [{ refused: 4 }, 1, true, 'the app refused 4 deliveries', 'stack.canary'],
    [{}, 1, undefined, 'its sidecar delivers nothing', '/dapr/subscribe'],
  ])('%j has a cause, and a fix of its own', (known, pods, listed, cause, fix) => {
    expect(causeOf({ subscription, refused: 0, ...known }, pods, listed)).toBe(cause)
    expect(fixFor([cause], 'look')).toContain(fix)
  })

  test('of an app without pods says so', () => {
    expect(causeOf({ subscription, refused: 0 }, 0, undefined)).toBe('the app has no pod')
  })
})

test('an app that is to have no pods is not asked', () => {
  const deployment = (replicas: number): KubeObject => ({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'billing' }, spec: { replicas, template: { metadata: { annotations: { 'dapr.io/enabled': 'true', 'dapr.io/app-id': 'billing' } } } } })
  const provableWith = (...objects: readonly KubeObject[]) => provable({ graph: { apps: [], components: [], invocations: [], secrets: [], ...graph }, objects })
  expect(provableWith(deployment(1))).toEqual([subscription])
  expect(provableWith(deployment(0))).toEqual([])
  expect(provableWith()).toEqual([])
})
