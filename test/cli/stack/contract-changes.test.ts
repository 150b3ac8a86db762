import { describe, expect, test } from '@jest/globals'
import { z } from 'zod'

import { contractsAccepted } from '../../../cli/stack/contracts/accept.ts'
import { contractChanges, type Version } from '../../../cli/stack/contracts/changes.ts'
import { contractsText } from '../../../cli/stack/contracts/render.ts'
import { graphIn } from '../../../cli/stack/graph.ts'
import { optionsOf } from '../../../cli/stack/options.ts'
import { painter } from '../../../cli/stack/output/colours.ts'
import { type AnyStack, contractsOf, packContracts, unpackContracts } from '../../../config/define/index.ts'
import { stack as tasks } from '../../../config/tasks/index.ts'
import { orders, withApp } from '../../config/orders.ts'
import { ordersObjects } from '../../infra/orders-chart.ts'

/** A version as its record in a cluster says it. */
const version = (stack: AnyStack): Version => {
  const graph = ordersObjects({ stack }).find(({ metadata }) => metadata.name === 'orders-graph')
  if (!graph) throw new Error('the stack has no record of its graph')
  return { graph: graphIn({ ...graph, metadata: { ...graph.metadata } }), contracts: contractsOf(stack) }
}
const changes = (before: AnyStack, after: AnyStack) => contractChanges(version(before), version(after))

const withEvents = (events: AnyStack['topics'][string]['events']): AnyStack => ({ ...orders, topics: { orders: { pubsub: 'bus', events } } })
const withCharge = (request: z.ZodType, response: z.ZodType = z.object({})): AnyStack => withApp('billing', { methods: { charge: { request, response } } })
const withDocument = (order: z.ZodType): AnyStack => withApp('shop', { documents: { order } })

const withJob = (data: z.ZodType): AnyStack => withApp('shop', { jobs: { remind: { data } } })

const id = z.object({ id: z.string() })
const withTotal = id.extend({ total: z.int() })

test('the same version breaks nothing', () => {
  expect(changes(orders, orders)).toEqual([])
})

describe('an event', () => {
  test('that demands more hits its consumers, who cannot read what is in flight', () => {
    expect(changes(orders, withEvents({ placed: withTotal }))).toEqual([
      { contract: 'event', name: 'orders/placed', path: 'total', change: 'is new and required', unread: 'old', apps: ['billing'] },
    ])
  })

  test('that says less hits the consumers from before', () => {
    expect(changes(withEvents({ placed: withTotal }), orders)).toEqual([
      { contract: 'event', name: 'orders/placed', path: 'total', change: 'is removed', unread: 'new', apps: ['billing'] },
    ])
  })

  test('that says more breaks nothing', () => {
    expect(changes(orders, withEvents({ placed: id.extend({ note: z.string().optional() }) }))).toEqual([])
  })

  test('of a new type is not known to the consumers from before, one that is gone not to the new ones', () => {
    const two = withEvents({ ...orders.topics['orders']?.events, paid: id })
    expect(changes(orders, two)).toEqual([{ contract: 'event', name: 'orders/paid', path: '', change: 'is new', unread: 'new', apps: ['billing'] }])
    expect(changes(two, orders)).toEqual([{ contract: 'event', name: 'orders/paid', path: '', change: 'is removed', unread: 'old', apps: ['billing'] }])
  })

  test('that nobody hears breaks nothing', () => {
    const alone = (stack: AnyStack): AnyStack => ({ ...stack, services: { ...stack.services, billing: { port: 8001, methods: orders.services['billing']?.methods ?? {} } } })
    expect(changes(alone(orders), alone(withEvents({ placed: withTotal })))).toEqual([])
  })

  test('hits a consumer that comes with it for old events, one that was there for both', () => {
    const after = { ...withApp('stock', { state: ['store'], subscribes: { orders: { name: 'stock-orders', marks: 'store' } } }), topics: withEvents({ placed: z.object({ id: z.int() }) }).topics }
    expect(changes(orders, after).map(({ unread, apps }) => [unread, apps])).toEqual([['old', ['billing', 'stock']], ['new', ['billing']]])
  })
})

describe('a method', () => {
  test('that demands more refuses callers from before', () => {
    expect(changes(withCharge(id), withCharge(withTotal))).toEqual([
      { contract: 'request', name: 'billing/charge', path: 'total', change: 'is new and required', unread: 'old', apps: ['shop'] },
    ])
  })

  test('that answers less hits callers from before', () => {
    expect(changes(withCharge(id, withTotal), withCharge(id, id))).toEqual([
      { contract: 'answer', name: 'billing/charge', path: 'total', change: 'is removed', unread: 'new', apps: ['shop'] },
    ])
  })

  test('that is gone hits those who called it', () => {
    const after = { ...orders, services: { shop: { port: 8000 }, billing: { port: 8001 } } }
    expect(changes(orders, after)).toContainEqual({ contract: 'request', name: 'billing/charge', path: '', change: 'the method is removed', unread: 'old', apps: ['shop'] })
  })

  test('that is new, or that nobody calls, breaks nothing', () => {
    const { charge = { request: id, response: id } } = orders.services['billing']?.methods ?? {}
    expect(changes(orders, withApp('billing', { methods: { charge, refund: { request: id, response: id } } }))).toEqual([])
    const quiet = (request: z.ZodType): AnyStack => ({ ...orders, services: { billing: { port: 8001, methods: { charge: { request, response: id } } } } })
    expect(changes(quiet(id), quiet(withTotal))).toEqual([])
  })
})

describe('a stored document', () => {
  test('that demands more cannot be read where it was stored before', () => {
    expect(changes(withDocument(id), withDocument(withTotal))).toEqual([
      { contract: 'document', name: 'shop/order', path: 'total', change: 'is new and required', unread: 'old', apps: ['shop'] },
    ])
  })

  test('that lacks what it had cannot be read after a rollback', () => {
    expect(changes(withDocument(withTotal), withDocument(id))).toEqual([
      { contract: 'document', name: 'shop/order', path: 'total', change: 'is removed', unread: 'new', apps: ['shop'] },
    ])
  })

  test('with a default that comes can be read by both', () => {
    expect(changes(withDocument(withTotal), withDocument(id.extend({ total: z.int().default(0) })))).toEqual([])
  })

  test('that is new, or gone, breaks nothing', () => {
    expect(changes(orders, withDocument(id))).toEqual([])
    expect(changes(withDocument(id), orders)).toEqual([])
  })
})

describe('a job', () => {
  test('whose data demands more cannot be taken where it was scheduled before', () => {
    expect(changes(withJob(id), withJob(withTotal))).toEqual([
      { contract: 'job', name: 'shop/remind', path: 'total', change: 'is new and required', unread: 'old', apps: ['shop'] },
    ])
  })

  test('whose data lacks what it had cannot be taken after a rollback', () => {
    expect(changes(withJob(withTotal), withJob(id))).toEqual([
      { contract: 'job', name: 'shop/remind', path: 'total', change: 'is removed', unread: 'new', apps: ['shop'] },
    ])
  })

  test('of a kind that is gone is taken by nobody, one of a new kind breaks nothing', () => {
    expect(changes(withJob(id), orders)).toEqual([{ contract: 'job', name: 'shop/remind', path: '', change: 'the kind is removed', unread: 'old', apps: ['shop'] }])
    expect(changes(orders, withJob(id))).toEqual([])
  })
})

test('the contracts of a real stack take little room, and come back whole', () => {
  const contracts = contractsOf(tasks)
  const packed = packContracts(contracts)
  expect(JSON.stringify(packed).length).toBeLessThan(40_000)
  expect(unpackContracts(packed)).toEqual(contracts)
})

describe('the words', () => {
  const text = (before: AnyStack, after: AnyStack) => contractsText(changes(before, after), painter(false))

  test('say who cannot read what, and whether a rollback could', () => {
    expect(text(orders, withEvents({ placed: withTotal }))).toBe(
      '! event orders/placed: total is new and required\n    billing cannot read events that are in flight\n1 breaking change of contracts; a rollback could read what was stored',
    )
    expect(text(withDocument(withTotal), withDocument(id))).toMatch(/after a rollback, .* shop from before the change cannot read .*\n1 breaking change of contracts; a rollback could not read what was stored$/)
  })

  test('say what is the same of several events once', () => {
    const [one, two] = [id, withTotal].map((schema) => withEvents({ placed: schema, paid: schema, sent: id }))
    if (one && two) expect(text(one, two)).toMatch(/^! events orders\/placed, orders\/paid: total is new and required\n {4}billing .*\n2 breaking changes/)
  })

  test('are none where nothing breaks', () => {
    expect(text(orders, orders)).toBeUndefined()
  })
})

describe('broken contracts', () => {
  const broken = changes(orders, withEvents({ placed: withTotal }))
  const accepted = (given: Readonly<Record<string, unknown>>, { answer = '', interactive = false } = {}, found = broken) =>
    contractsAccepted({ options: optionsOf(given), host: { interactive, ask: async () => answer }, signal: new AbortController().signal }, found)

  test('are accepted by a flag of their own, or an answer of their own', async () => {
    expect(await accepted({ yes: true, acceptContractChanges: true })).toBe(true)
    expect(await accepted({}, { interactive: true, answer: 'y' })).toBe(true)
    expect(await accepted({}, { interactive: true, answer: '' })).toBe(false)
  })

  test.each([
    [{ yes: true }, { interactive: false }],
    [{ yes: true }, { interactive: true, answer: 'y' }],
    [{ json: true }, { interactive: true, answer: 'y' }],
  ])('fail up with 3 where only %j is given', async (given, host) => {
    await expect(accepted(given, host)).rejects.toMatchObject({ exitCode: 3, message: expect.stringMatching(/event orders\/placed: total is new and required: billing .*; nothing was changed$/) })
  })

  test('that are none need nothing', async () => {
    expect(await accepted({ yes: true }, {}, [])).toBe(true)
  })
})
