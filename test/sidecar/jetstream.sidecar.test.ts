import { randomUUID } from 'node:crypto'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { stringify } from 'yaml'

import { brokerTopics, graphOf, healthRoute } from '../../config/define/index.ts'
import { PubSub } from '../../infra/constructs/index.ts'
import { jetStreamSetup } from '../../infra/constructs/jetstream-setup.ts'
import { orders } from '../config/orders.ts'
import type { Manifest } from '../infra/manifest.ts'
import { backends, ordersObjects } from '../infra/orders-chart.ts'
import { ask } from './rig/ask.ts'
import type { Child } from './rig/child.ts'
import { type Daprd, startDaprd } from './rig/daprd.ts'
import { freePorts } from './rig/free-ports.ts'
import { startNats } from './rig/nats.ts'
import { until } from './rig/until.ts'

const delivery = { maxRetries: 1, maxIntervalSeconds: 1, timeoutSeconds: 5 }
const setup = jetStreamSetup(brokerTopics(graphOf(orders)), 1)

/** The setup with other bodies of its requests. */
const edited = (edit: (body: string) => string): string => setup.replaceAll(/^(PUB .+) \d+\n(.*)$/gm, (_, head: string, body: string) => {
  const text = edit(body)
  return `${head} ${text.length}\n${text}`
})

/** A program that notes what its sidecar brings, drops what is spoilt, and does not answer the first time that it hears what is heavy. */
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
      const isFirst = !heard.some((one) => one.text === text)
      if (isDelivery) heard.push({ route: request.url ?? '', text })
      if (isFirst && text.includes('"heavy"')) return
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

/** A NATS with the streams of a setup, and sidecars of the orders stack on it: one of shop, two of billing. `metadata`: what of the component's is to be otherwise. */
const startOrders = async (streams: string, metadata: Readonly<Record<string, string>> = {}) => {
  const folder = await mkdtemp(join(tmpdir(), 'dapr-stack-jetstream-'))
  const nats = await startNats(folder, streams)
  const resources = join(folder, 'resources')
  await mkdir(resources)
  const objects = ordersObjects({ stack: { ...orders, delivery }, backends: { ...backends, bus: PubSub.jetStream({ url: nats.url }) } })
  const needed = objects.filter(({ kind, metadata }) => ['Subscription', 'Resiliency'].includes(kind) || (kind === 'Component' && metadata.name === 'bus'))
  for (const [index, object] of needed.entries()) await writeFile(join(resources, `${index}.yaml`), stringify(changed(object, metadata)))
  const listeners = await Promise.all([startListener(), startListener(), startListener()])
  const apps = ['shop', 'billing', 'billing']
  // The replicas start at the same moment, which is when they could take the consumer from each other.
  const sidecarOf = ({ port }: Listener, index: number): Promise<Daprd> => startDaprd({ app: apps[index] ?? '', appPort: port, cwd: folder, resources })
  const sidecars = await Promise.all(listeners.map(sidecarOf))
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
    /** Kills the sidecars of billing, and starts them again. */
    crashBilling: async () => {
      const crashed = sidecars.splice(1)
      for (const { process: child } of crashed) child.signal('SIGKILL')
      await Promise.all(crashed.map(({ process: child }) => child.exit()))
      for (const [index, listener] of listeners.slice(1).entries()) {
        const sidecar = await sidecarOf(listener, index + 1)
        sidecars.push(sidecar)
        children.unshift(sidecar.process)
      }
    },
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
  beforeAll(async () => { stack = await startOrders(edited((body) => body.replace(/,"duplicate_window":\d+/, ''))) }, 120_000)
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

const ackSeconds = 3

/** The orders stack whose events come again `ackSeconds` after they were left alone. */
const startSwift = (metadata: Readonly<Record<string, string>> = {}): Promise<Orders> =>
  startOrders(edited((body) => body.replace(/"ack_wait":\d+/, `"ack_wait":${ackSeconds * 1e9}`)), { ...metadata, ackWait: `${ackSeconds}s` })

/** Kills billing's sidecars while one of them has an event in delivery, whose id it gives. */
const crash = async (stack: Orders) => {
  const heard = (id: string) => stack.heardByBilling('/events/orders').filter((one) => one === id).length
  const publishHeard = async (note?: string): Promise<string> => {
    const id = await stack.publish(note)
    await until('delivery', 20, async () => heard(id) > 0)
    return id
  }
  await publishHeard()
  const id = await publishHeard('heavy')
  await stack.crashBilling()
  return { id, heard, publishHeard }
}

describe('on JetStream, where a sidecar dies in the middle of a delivery', () => {
  let stack: Orders | undefined
  afterEach(async () => { await stack?.stop() }, 60_000)

  test('its event comes again', async () => {
    stack = await startSwift()
    const { id, heard } = await crash(stack)
    await until('the event again', 10 * ackSeconds, async () => heard(id) > 1)
  }, 120_000)

  test('fails to bring it again when the component handles events in parallel', async () => {
    stack = await startSwift({ concurrency: 'parallel' })
    const { id, heard, publishHeard } = await crash(stack)
    const end = Date.now() + 3000 * ackSeconds
    while (Date.now() < end) await publishHeard()
    expect(heard(id)).toBe(1)
  }, 120_000)
})

/** An object without its namespace, and with other values of its component's metadata. */
const changed = ({ metadata: { namespace: _, ...metadata }, ...rest }: Manifest, others: Readonly<Record<string, string>>): object => {
  if (rest.kind !== 'Component') return { ...rest, metadata }
  const spec = rest.spec as { readonly metadata: readonly { readonly name: string }[] } // a Component's
  return { ...rest, metadata, spec: { ...spec, metadata: spec.metadata.map((item) => (item.name in others ? { name: item.name, value: others[item.name] } : item)) } }
}
