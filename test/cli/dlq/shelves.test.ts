import { describe, expect, test } from '@jest/globals'

import { graphOf } from '../../../config/define/index.ts'
import { DlqError } from '../../../cli/dlq/errors.ts'
import { shelvesOfCluster, shelvesOfSidecars } from '../../../cli/dlq/shelves.ts'
import { type Access, type AnyObject, NoReadyPod, type StackCluster } from '../../../cli/kube/index.ts'
import { withApp } from '../../config/orders.ts'
import { ordersObjects } from '../../infra/orders-chart.ts'
import { sidecarDouble } from './shelf-double.ts'

const twice = withApp('stock', { state: ['store'], publishes: ['orders'], subscribes: { orders: { name: 'stock-orders', marks: 'store' } } })
const subscriptions = ordersObjects({ stack: twice }).filter(({ kind }) => kind === 'Subscription')

const clusterWith = (list: () => Promise<AnyObject[]>): StackCluster => ({ namespace: 'market', objects: { list } }) as unknown as StackCluster // no more of it is used
const access = (url: Access['url']): Access => ({ url, close: async () => undefined })
const facts = ({ app, topic, pubsub, store }: { app: string; topic: string; pubsub: string; store: string }) => [app, topic, pubsub, store]

describe('on a cluster', () => {
  test('the shelves are those of the dead-letter Subscriptions that the constructs make', async () => {
    const shelves = await shelvesOfCluster(clusterWith(async () => subscriptions), access(async () => ''))
    expect(shelves.map(facts)).toEqual(graphOf(twice).subscriptions.map(({ app, topic, pubsub, marks }) => [app, topic, pubsub, marks]))
    expect(shelves.map(({ app }) => app)).toEqual(['billing', 'stock'])
  })

  test('other Subscriptions, also of others, are passed over', async () => {
    const foreign = [{ apiVersion: 'dapr.io/v2alpha1', kind: 'Subscription', metadata: { name: 'x' }, spec: { pubsubname: 'p', topic: 't' } }]
    expect(await shelvesOfCluster(clusterWith(async () => foreign), access(async () => ''))).toEqual([])
  })

  test('fails in one line when the app has no pod to go through', async () => {
    const [shelf] = await shelvesOfCluster(clusterWith(async () => subscriptions), access(async () => { throw new NoReadyPod('no pod of billing is ready: none there') }))
    await expect(shelf?.sidecar.get('store', 'a')).rejects.toThrow(new DlqError('no pod of billing is ready: none there; its dead letters are read through its sidecar', 3))
  })

  test('fails in one line when the cluster is not there', async () => {
    const away = shelvesOfCluster(clusterWith(async () => { throw new Error('connect ECONNREFUSED') }), access(async () => ''))
    await expect(away).rejects.toThrow(expect.objectContaining({ exitCode: 3, message: expect.stringMatching(/namespace "market": connect ECONNREFUSED; see KUBECONFIG/) }))
  })
})

describe('on sidecars', () => {
  const sidecarOf = (app: string, objects = subscriptions) => {
    const { api } = sidecarDouble()
    const own = objects.filter(({ scopes }) => scopes?.includes(app)).map(({ spec }) => spec as { pubsubname: string; topic: string; metadata?: Record<string, string> }) // as the constructs write it
    return { ...api, metadata: async () => ({ id: app, subscriptions: own.map(({ metadata = {}, ...rest }) => ({ ...rest, metadata })) }) }
  }

  test('the shelves are those that each sidecar tells of', async () => {
    expect((await shelvesOfSidecars([sidecarOf('stock'), sidecarOf('shop')])).map(facts)).toEqual([['stock', 'orders', 'bus', 'store']])
  })

  test('an app that publishes the topic replays through its own sidecar, another through that of a publisher', async () => {
    const [stock, billing, shop] = [sidecarOf('stock'), sidecarOf('billing'), sidecarOf('shop')]
    expect(await (await shelvesOfSidecars([stock]))[0]?.publisher()).toBe(stock)
    expect(await (await shelvesOfSidecars([billing, shop]))[0]?.publisher()).toBe(shop)
    await expect((await shelvesOfSidecars([billing]))[0]?.publisher()).rejects.toThrow('only shop may publish on topic "orders"; give its sidecar too: --sidecar URL')
  })
})
