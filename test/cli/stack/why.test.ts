import { describe, expect, test } from '@jest/globals'

import { graphOf } from '../../../config/define/index.ts'
import type { StackCluster } from '../../../cli/kube/index.ts'
import { clusterFindings } from '../../../cli/stack/why/cluster-findings.ts'
import { loadedFindings } from '../../../cli/stack/why/loaded.ts'
import { subjectOf, whyOf } from '../../../cli/stack/why/module.ts'
import { Unreachable } from '../../../cli/why/index.ts'
import { orders } from '../../config/orders.ts'
import { moduleFolder } from './module-folder.ts'

const graph = graphOf(orders)

describe('what a stack can explain', () => {
  const naming = moduleFolder()

  test('is what the module exports that its cdk8s.yaml names', async () => {
    const why = await whyOf(await naming('good.mjs', "export const why = { graph: { apps: [] }, kinds: { order: { searched: () => '', story: () => undefined } } }"))
    expect(Object.keys(why.kinds)).toEqual(['order'])
    expect(subjectOf(why, 'order/7/3')).toMatchObject({ name: 'order', id: '7/3' })
  })

  test('fails where it exports nothing of the kind', async () => {
    await expect(whyOf(await naming('odd.mjs', 'export const why = { graph: { apps: [] }, kinds: { order: {} } }'))).rejects.toThrow('odd.mjs exports no "why" with graph and kinds; export one')
  })

  test.each([['order', '"order" names nothing; give one of order/ID'], ['order/', '"order/" names nothing'], ['parcel/1', 'the stack cannot explain a "parcel"; give one of order/ID'], ['toString/1', 'cannot explain a "toString"']])('fails on %p', (operand, message) => {
    expect(() => subjectOf({ kinds: { order: { searched: () => '', story: async () => undefined } } }, operand)).toThrow(message)
  })
})

describe('what is not as declared', () => {
  const pod = (app: string, allReady: boolean) => ({ name: `${app}-1`, ready: allReady ? '2/2' : '1/2', allReady, annotations: {}, containers: [{ name: app, image: '', ready: allReady, restarts: 0, state: 'waiting: CrashLoopBackOff' }] })
  // Of which nothing else is asked here.
  const cluster = (pods: Readonly<Record<string, boolean>>): StackCluster => ({ namespace: 'market', objects: { find: async () => undefined }, pods: async (app: string) => (app in pods ? [pod(app, pods[app] ?? false)] : []) }) as unknown as StackCluster

  test('in a cluster is each app without a ready pod, and each object that is not there', async () => {
    const findings = await clusterFindings(cluster({ shop: false }), graph)
    expect(findings.map(({ text }) => text)).toEqual([
      'no pod of shop is ready (shop-1 1/2: shop waiting: CrashLoopBackOff)',
      'no pod of billing runs in market',
      'Component store is not in the cluster',
      'Component bus is not in the cluster',
      'Component vault is not in the cluster',
      'Subscription billing-orders is not in the cluster',
      'Configuration billing is not in the cluster',
    ])
    expect(findings.at(-1)?.about).toEqual({ kind: 'invocation', caller: 'shop', callee: 'billing', method: 'charge' })
  })

  test('is what a sidecar has not loaded; one that does not answer tells nothing', async () => {
    const ask = async (app: string) => {
      if (app === 'shop') throw new Unreachable('away')
      return { status: 200, text: JSON.stringify({ components: [{ name: 'store' }], subscriptions: null }) }
    }
    expect((await loadedFindings({ ask }, graph)).map(({ text }) => text)).toEqual(['the sidecar of billing has not loaded component bus', 'the sidecar of billing has no subscription billing-orders'])
  })
})
