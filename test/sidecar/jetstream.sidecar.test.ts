import { randomUUID } from 'node:crypto'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { stringify } from 'yaml'

import { brokerTopics, graphOf, healthRoute } from '../../config/define/index.ts'
import { PubSub } from '../../infra/constructs/index.ts'
import { jetStreamSetup } from '../../infra/constructs/jetstream-setup.ts'
import { orders } from '../config/orders.ts'
import { backends, ordersObjects } from '../infra/orders-chart.ts'
import { ask } from './rig/ask.ts'
import type { Child } from './rig/child.ts'
import { type Daprd, startDaprd } from './rig/daprd.ts'
import { freePorts } from './rig/free-ports.ts'
import { startNats } from './rig/nats.ts'
import { until } from './rig/until.ts'

const delivery = { maxRetries: 1, maxIntervalSeconds: 1, timeoutSeconds: 5 }
const setup = jetStreamSetup(brokerTopics(graphOf(orders)), 1)

/** A program that notes what its sidecar brings, and drops what is spoilt. */
interface Listener {
  readonly port: number
  /** Ids of the events that came on a route, in order. */
  heard(route: string): string[]
  close(): void
}

const startListener = async (): Promise<Listener> => {
  const heard: { route: string; text: string }[] = []
  const server = createServer((request, response) => {
    let text = ''
    request.setEncoding('utf8').on('data', (chunk: string) => { text += chunk })
    request.on('end', () => {
      const isDelivery = request.method === 'POST'
      if (isDelivery) heard.push({ route: request.url ?? '', text })
      const status = request.url === '/events/orders' && text.includes('"spoilt"') ? 'DROP' : 'SUCCESS'
      response.writeHead(isDelivery || request.url === healthRoute ? 200 : 404, { 'content-type': 'application/json' }).end(JSON.stringify({ status }))
    })
  })
  const [port = 0] = await freePorts(1)
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  const idIn = (text: string): string => {
    const { id, data_base64: bytes } = JSON.parse(text) as { id: string; data_base64?: string }
    return bytes === undefined ? id : idIn(Buffer.from(bytes, 'base64').toString('utf8'))
  }
  return {
    port,
    heard: (route) => heard.filter((one) => one.route === route).map(({ text }) => idIn(text)),
    close: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}

/** A NATS with the streams of a setup, and sidecars of the orders stack on it: one of shop, two of billing. */
const startOrders = async (streams: string) => {
  const folder = await mkdtemp(join(tmpdir(), 'dapr-stack-jetstream-'))
  const nats = await startNats(folder, streams)
  const resources = join(folder, 'resources')
  await mkdir(resources)
  const objects = ordersObjects({ stack: { ...orders, delivery }, backends: { ...backends, bus: PubSub.jetStream({ url: nats.url }) } })
  const needed = objects.filter(({ kind, metadata }) => ['Subscription', 'Resiliency'].includes(kind) || (kind === 'Component' && metadata.name === 'bus'))
  for (const [index, { metadata: { namespace: _, ...metadata }, ...rest }] of needed.entries()) {
    await writeFile(join(resources, `${index}.yaml`), stringify({ ...rest, metadata }))
  }
  const listeners = await Promise.all([startListener(), startListener(), startListener()])
  const apps = ['shop', 'billing', 'billing']
  // The replicas start at the same moment, which is when they could take the consumer from each other.
  const sidecars = await Promise.all(listeners.map(({ port }, index): Promise<Daprd> => startDaprd({ app: apps[index] ?? '', appPort: port, cwd: join(folder), resources })))
  const children: Child[] = [...sidecars.map(({ process: child }) => child), nats.process]
  const publish = async (note = 'fine', id: string = randomUUID()): Promise<string> => {
    const event = { specversion: '1.0', id, source: 'shop', type: 'placed', datacontenttype: 'application/json', data: { note } }
    const { status, body } = await ask(`http://127.0.0.1:${sidecars[0]?.httpPort}/v1.0/publish/bus/orders`, { method: 'POST', body: event, headers: { 'content-type': 'application/cloudevents+json' } })
    if (status !== 204) throw new Error(`publishing answered ${status} ${JSON.stringify(body)}`)
    return id
  }
  return {
    publish,
    billing: listeners.slice(1),
    heardByBilling: (route: string) => listeners.slice(1).flatMap((listener) => listener.heard(route)),
    stop: async () => {
      for (const child of children) await child.stop()
      for (const listener of listeners) listener.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
type Orders = Awaited<ReturnType<typeof startOrders>>

describe('on JetStream', () => {
  let stack: Orders
  beforeAll(async () => { stack = await startOrders(setup) }, 600_000)
  afterAll(async () => { await stack.stop() }, 60_000)

  test('an app hears what another publishes: each event once, and each of its replicas takes part', async () => {
    const ids: string[] = []
    // A sidecar takes calls before its subscription is active.
    await until('both replicas', 20, async () => {
      ids.push(await stack.publish())
      return stack.billing.every((replica) => replica.heard('/events/orders').length > 0)
    })
    await until('all deliveries', 20, async () => stack.heardByBilling('/events/orders').length >= ids.length)
    expect(stack.heardByBilling('/events/orders').sort()).toEqual([...ids].sort())
  }, 60_000)

  test('what an app drops comes back to it as a dead letter, and again when it is replayed under its own id at once', async () => {
    const id = await stack.publish('spoilt')
    const deadLetters = () => stack.heardByBilling('/dead-letters/orders').filter((one) => one === id)
    await until('dead letter', 20, async () => deadLetters().length === 1)
    // Within 100 ms of the first it is a duplicate even so.
    await until('the dead letter again', 20, async () => {
      await stack.publish('spoilt', id)
      return deadLetters().length > 1
    })
  }, 60_000)
})

describe('on JetStream with the window for duplicates that NATS has by itself', () => {
  let stack: Orders
  beforeAll(async () => { stack = await startOrders(setup.replaceAll(/PUB [^\n]+\n[^\n]*"duplicate_window":100000000[^\n]*/g, withoutWindow)) }, 120_000)
  afterAll(async () => { await stack.stop() }, 60_000)

  test('a replay is taken for stored and comes no more', async () => {
    const id = await stack.publish('spoilt')
    await until('delivery', 20, async () => stack.heardByBilling('/events/orders').includes(id))
    await stack.publish('spoilt', id)
    const later = await stack.publish()
    await until('a later event', 20, async () => stack.heardByBilling('/events/orders').includes(later))
    expect(stack.heardByBilling('/events/orders').filter((one) => one === id)).toHaveLength(1)
  }, 60_000)
})

const withoutWindow = (request: string): string => {
  const [line = '', body = ''] = request.split('\n')
  const { duplicate_window: _, ...config } = JSON.parse(body) as Record<string, unknown> // a stream's settings
  const text = JSON.stringify(config)
  return `${line.replace(/\d+$/, `${text.length}`)}\n${text}`
}
