import { describe, expect, test } from '@jest/globals'

import { DeadLetter, deadLetterChain, deadLetterIndex, DeadLetterPage, deadLetterPageKey } from '../../../config/define/index.ts'
import { keepDeadLetter } from '../../../service/dapr/dead-letters.ts'
import { deliver } from '../../../service/dapr/event-delivery.ts'
import { SidecarUnavailable } from '../../../service/dapr/index.ts'
import { orderPlaced as event, ordersDesk, raw, recordingLog } from './subscription-double.ts'

const gone = () => { throw new SidecarUnavailable('state store "store"', 'refused') }
const refusing = () => {
  let failures = 0
  return { ...ordersDesk(async () => { throw new Error(`not now ${(failures += 1)}`) }), ...recordingLog() }
}
type Desk = ReturnType<typeof refusing>

const recordOf = ({ sidecar }: Desk, id = 'e-1') => {
  const text = sidecar.entries.get(`store/dead-letter:orders:${encodeURIComponent(id)}`)?.text
  return text === undefined ? undefined : DeadLetter.parse(JSON.parse(text))
}
const pageOf = ({ sidecar }: Desk, id: string, page = 0) =>
  DeadLetterPage.parse(JSON.parse(sidecar.entries.get(`store/${deadLetterPageKey('orders', deadLetterChain(id), page)}`)?.text ?? '{"schema":1,"ids":[]}')).ids

describe('a dead letter', () => {
  test('is kept with its event, the last error, the attempts and when they were', async () => {
    const desk = refusing()
    for (let attempt = 0; attempt < 3; attempt += 1) await deliver(desk.desk, event, desk.log)
    expect(await keepDeadLetter(desk.desk, raw(event), desk.log)).toBe('SUCCESS')
    const record = recordOf(desk)
    expect(record).toEqual({
      schema: 1, id: 'e-1', app: 'billing', topic: 'orders', event, last_error: 'Error: not now 3', attempts: 3,
      first_failed_at: expect.any(String), last_failed_at: expect.any(String), received: 1,
    })
    expect(Date.parse(record?.last_failed_at ?? '')).toBeGreaterThanOrEqual(Date.parse(record?.first_failed_at ?? ''))
    expect(pageOf(desk, 'e-1')).toEqual(['e-1'])
    expect(desk.sidecar.entries.has('store/failure:orders:e-1')).toBe(false)
  })

  test('of broken data is kept with what is wrong with it', async () => {
    const desk = refusing()
    const broken = { ...event, data: { n: 'one' } }
    await deliver(desk.desk, broken, desk.log)
    await keepDeadLetter(desk.desk, raw(broken), desk.log)
    expect(recordOf(desk)).toMatchObject({ event: broken, last_error: expect.stringMatching(/data breaks the contract.*n/s), attempts: 1 })
  })

  test('of a canary is nobody\'s, and is not kept', async () => {
    const desk = refusing()
    expect(await keepDeadLetter(desk.desk, raw({ ...event, type: 'stack.canary' }), desk.log)).toBe('SUCCESS')
    expect(desk.sidecar.entries.size).toBe(0)
  })

  test.each([
    ['that nobody noted', event, 'no reason is known'],
    ['of an unknown type that nobody noted', { ...event, type: 'order.lost' }, '"order.lost" is not declared'],
    ['that expired', { ...event, expiration: '2026-01-01T00:00:00Z' }, 'it expired at 2026-01-01T00:00:00Z'],
  ])('%s says so', async (_what, body, why) => {
    const desk = refusing()
    await keepDeadLetter(desk.desk, raw(body), desk.log)
    expect(recordOf(desk)).toMatchObject({ last_error: expect.stringContaining(why), attempts: 0 })
  })

  test.each([['no JSON at all'], ['{"hello":1}'], ['{"id":"e","type":"order.placed","data":{"n":12345678901234567890}}']])('of %s is kept as it was', async (text) => {
    const desk = refusing()
    expect(await keepDeadLetter(desk.desk, raw(text), desk.log)).toBe('SUCCESS')
    const [key = ''] = [...desk.sidecar.entries.keys()].filter((name) => name.startsWith('store/dead-letter:'))
    const { event: json, bytes } = DeadLetter.parse(JSON.parse(desk.sidecar.entries.get(key)?.text ?? ''))
    expect(bytes === undefined ? JSON.stringify(json) : Buffer.from(bytes, 'base64').toString()).toBe(text)
  })

  test('that comes twice is one', async () => {
    const desk = refusing()
    await deliver(desk.desk, event, desk.log)
    await keepDeadLetter(desk.desk, raw(event), desk.log)
    await keepDeadLetter(desk.desk, raw(event), desk.log)
    expect(recordOf(desk)).toMatchObject({ last_error: 'Error: not now 1', attempts: 1, received: 2 })
    expect(pageOf(desk, 'e-1')).toEqual(['e-1'])
  })

  test('that is replayed in vain counts on', async () => {
    const desk = refusing()
    await deliver(desk.desk, event, desk.log)
    await keepDeadLetter(desk.desk, raw(event), desk.log)
    const before = recordOf(desk)
    await new Promise((resolve) => setTimeout(resolve, 2))
    await deliver(desk.desk, event, desk.log)
    await keepDeadLetter(desk.desk, raw(event), desk.log)
    expect(recordOf(desk)).toMatchObject({ last_error: 'Error: not now 2', attempts: 2, first_failed_at: before?.first_failed_at })
  })
})

describe('a dead letter of another subscriber is passed over:', () => {
  test('one that this app handled', async () => {
    const desk = { ...ordersDesk(async () => undefined), ...recordingLog() }
    await deliver(desk.desk, event, desk.log)
    expect(await keepDeadLetter(desk.desk, raw(event), desk.log)).toBe('SUCCESS')
    expect(recordOf(desk)).toBeUndefined()
  })

  test('one that this app does nothing about, without a call of the sidecar', async () => {
    const desk = refusing()
    desk.sidecar.faults.get.push(gone)
    expect(await keepDeadLetter(desk.desk, raw({ ...event, type: 'order.seen' }), desk.log)).toBe('SUCCESS')
    expect(desk.sidecar.entries.size).toBe(0)
  })
})

describe('a dead letter is never let go', () => {
  const states = ['away for the first call', 'away for the record', 'away for the index', 'away for all'] as const
  test.each(states)('while the store is %s: it comes again, and is kept then', async (when) => {
    const desk = refusing()
    const { get, save } = desk.sidecar.faults
    if (when === 'away for the first call') get.push(gone, gone)
    if (when === 'away for the record') save.push(gone)
    if (when === 'away for the index') save.push((effect) => { effect() }, gone)
    if (when === 'away for all') get.push(gone, gone, gone, gone)
    expect(await keepDeadLetter(desk.desk, raw(event), desk.log)).toBe('RETRY')
    get.length = 0
    expect(await keepDeadLetter(desk.desk, raw(event), desk.log)).toBe('SUCCESS')
    expect(recordOf(desk)).toMatchObject({ id: 'e-1' })
    expect(pageOf(desk, 'e-1')).toEqual(['e-1'])
  })
})

describe('the index', () => {
  test('has many that come at once, each one time', async () => {
    const desk = refusing()
    const ids = Array.from({ length: 60 }, (_, index) => `e-${index}`)
    const deliveries = [...ids, ...ids].map((id) => keepDeadLetter(desk.desk, raw({ ...event, id }), desk.log))
    await Promise.all(deliveries)
    const again = await Promise.all(ids.map((id) => keepDeadLetter(desk.desk, raw({ ...event, id }), desk.log)))
    expect(new Set(again)).toEqual(new Set(['SUCCESS']))
    for (const id of ids) expect(pageOf(desk, id).filter((other) => other === id)).toEqual([id])
  })

  test('goes on on another page when one is full', async () => {
    const desk = refusing()
    const full = { schema: 1, ids: Array.from({ length: deadLetterIndex.idsPerPage }, (_, index) => `old-${index}`) }
    desk.sidecar.entries.set(`store/${deadLetterPageKey('orders', deadLetterChain('e-1'), 0)}`, { text: JSON.stringify(full), version: 1 })
    await keepDeadLetter(desk.desk, raw(event), desk.log)
    expect(pageOf(desk, 'e-1', 1)).toEqual(['e-1'])
  })

  test('spreads ids over all its chains', () => {
    const chains = new Set(Array.from({ length: 1000 }, (_, index) => deadLetterChain(`${index}-2`)))
    expect(chains.size).toBe(deadLetterIndex.chains)
  })
})
