import { beforeEach, describe, expect, jest, test } from '@jest/globals'

import { deliver } from '../../../service/dapr/event-delivery.ts'
import { type EventHandler, SidecarUnavailable } from '../../../service/dapr/index.ts'
import { orderPlaced as event, ordersDesk, recordingLog } from './subscription-double.ts'

const handler = jest.fn<EventHandler<unknown>>(async () => undefined)
const gone = () => { throw new SidecarUnavailable('state store "store"', 'refused') }
const noteKey = 'store/failure:orders:e-1'
const markKey = 'store/handled:orders:e-1'

beforeEach(() => { handler.mockReset().mockResolvedValue(undefined) })

const subscribed = () => ({ ...ordersDesk(handler), ...recordingLog() })
const noteIn = ({ sidecar }: ReturnType<typeof subscribed>) => JSON.parse(sidecar.entries.get(noteKey)?.text ?? 'null') as unknown // tests of the fields follow

test('an event goes to the handler of its type with typed data and its attributes', async () => {
  const { desk, log } = subscribed()
  expect(await deliver(desk, event, log)).toBe('SUCCESS')
  expect(handler).toHaveBeenLastCalledWith({ n: 1 }, { id: 'e-1', type: 'order.placed', topic: 'orders', time: '2026-01-01T00:00:00Z', correlationId: 'c-1', log: expect.anything() })
})

test('each delivery is logged with the event\'s id, type, topic and subject', async () => {
  const { desk, lines, log } = subscribed()
  await deliver(desk, event, log)
  expect(lines).toContainEqual({ level: 'child', fields: { event_id: 'e-1', event_type: 'order.placed', topic: 'orders', subject: 'o-1' }, message: '' })
  expect(lines).toContainEqual({ level: 'info', fields: { data: { n: 1 } }, message: 'Received event' })
})

test('an event of another publisher, without time and correlation id, is handled too', async () => {
  const { desk, log } = subscribed()
  const { id, type, data } = event
  expect(await deliver(desk, { id, type, data, traceid: 't-1' }, log)).toBe('SUCCESS')
  expect(handler).toHaveBeenLastCalledWith(expect.anything(), expect.objectContaining({ correlationId: 't-1', time: expect.stringMatching(/Z$/) }))
})

test.each([
  ['data that breaks the contract', { ...event, data: { n: 'one' } }, /data breaks the contract.*n/s],
  ['an unknown type', { ...event, type: 'order.lost' }, /"order.lost" is not declared for topic "orders"/],
  ['a type that names a property of every object', { ...event, type: 'constructor' }, /"constructor" is not declared/],
])('fails %s to the dead letters, saying and noting why', async (_what, body, why) => {
  const subscription = subscribed()
  expect(await deliver(subscription.desk, body, subscription.log)).toBe('DROP')
  expect(subscription.lines.at(-1)).toEqual({ level: 'warn', fields: { why: expect.stringMatching(why) }, message: 'Dropped event to the dead-letter topic' })
  expect(noteIn(subscription)).toMatchObject({ error: expect.stringMatching(why), attempts: 1 })
})

test.each([['something that is no CloudEvent', { hello: 1 }], ['nothing', undefined]])('fails %s to the dead letters; without an id there is nothing to note', async (_what, body) => {
  const { desk, lines, log, sidecar } = subscribed()
  expect(await deliver(desk, body, log)).toBe('DROP')
  expect(lines.at(-1)).toEqual({ level: 'warn', fields: { why: expect.stringMatching(/no CloudEvent/) }, message: 'Dropped event to the dead-letter topic' })
  expect(sidecar.entries.size).toBe(0)
})

test('a canary is answered, reaches no handler and leaves nothing behind', async () => {
  const { desk, lines, log, sidecar } = subscribed()
  expect(await deliver(desk, { specversion: '1.0', id: 'canary-1', source: 'stack', type: 'stack.canary', data: {} }, log)).toBe('SUCCESS')
  expect(handler).not.toHaveBeenCalled()
  expect(sidecar.entries.size).toBe(0)
  expect(lines.at(-1)).toMatchObject({ level: 'info', message: expect.stringContaining('canary') })
})

test('an event that the app does nothing about costs no state', async () => {
  const { desk, log, sidecar } = subscribed()
  expect(await deliver(desk, { ...event, type: 'order.seen' }, log)).toBe('SUCCESS')
  expect(sidecar.entries.size).toBe(0)
})

describe('an event that was handled', () => {
  test('calls no handler when it is delivered again', async () => {
    const { desk, log } = subscribed()
    expect([await deliver(desk, event, log), await deliver(desk, event, log)]).toEqual(['SUCCESS', 'SUCCESS'])
    expect(handler).toHaveBeenCalledTimes(1)
  })

  test('is marked after the handler, for what ends between the two must be handled again', async () => {
    const { desk, log, sidecar } = subscribed()
    handler.mockImplementation(async () => { expect(sidecar.entries.has(markKey)).toBe(false) })
    expect(await deliver(desk, event, log)).toBe('SUCCESS')
    expect(sidecar.entries.has(markKey)).toBe(true)
  })

  test('is another one on another topic or with another id', async () => {
    const { desk, log } = subscribed()
    await deliver(desk, event, log)
    await deliver(desk, { ...event, id: 'e-2' }, log)
    expect(handler).toHaveBeenCalledTimes(2)
  })

  test.each([['a||b/c d'], ['\ud800'], ['x'.repeat(100_000)]])('is known by any id', async (id) => {
    const { desk, log, sidecar } = subscribed()
    await deliver(desk, { ...event, id }, log)
    await deliver(desk, { ...event, id }, log)
    expect(handler).toHaveBeenCalledTimes(1)
    for (const key of sidecar.entries.keys()) expect(key).toMatch(/^store\/handled:orders:[^|]{1,300}$/)
  })
})

describe('when the store is away', () => {
  test('an event whose mark cannot be read is taken as new', async () => {
    const { desk, lines, log, sidecar } = subscribed()
    sidecar.faults.get.push(gone)
    expect(await deliver(desk, event, log)).toBe('SUCCESS')
    expect(handler).toHaveBeenCalledTimes(1)
    expect(lines).toContainEqual(expect.objectContaining({ level: 'warn', message: expect.stringMatching(/^Cannot tell whether/) }))
  })

  test('an event whose mark cannot be written is handled all the same', async () => {
    const { desk, lines, log, sidecar } = subscribed()
    sidecar.faults.save.push(gone)
    expect(await deliver(desk, event, log)).toBe('SUCCESS')
    expect(lines.at(-1)).toMatchObject({ level: 'warn', message: expect.stringMatching(/^Cannot mark the event/) })
    expect(await deliver(desk, event, log)).toBe('SUCCESS')
    expect(handler).toHaveBeenCalledTimes(2)
  })

  test('a failure that cannot be noted is a failure of the event all the same', async () => {
    const { desk, log, sidecar } = subscribed()
    handler.mockRejectedValue(new Error('not now'))
    sidecar.faults.get.push(gone, gone)
    expect(await deliver(desk, event, log)).toBe('RETRY')
  })
})

describe('an event that an app does nothing about', () => {
  test('costs no call of the sidecar', async () => {
    const { desk, log, sidecar } = subscribed()
    sidecar.faults.get.push(gone)
    expect(await deliver(desk, { ...event, type: 'order.seen' }, log)).toBe('SUCCESS')
    expect([sidecar.entries.size, sidecar.faults.get.length]).toEqual([0, 1])
  })

  test('is checked and logged like any other', async () => {
    const { desk, lines, log } = subscribed()
    await deliver(desk, { ...event, type: 'order.seen' }, log)
    expect(lines).toContainEqual({ level: 'info', fields: { data: { n: 1 } }, message: 'Received event' })
    expect(await deliver(desk, { ...event, type: 'order.seen', data: {} }, log)).toBe('DROP')
  })
})

describe('an event whose handler throws', () => {
  test('fails with RETRY, an error in the log, and a note of each attempt', async () => {
    const subscription = subscribed()
    const { desk, lines, log } = subscription
    handler.mockRejectedValueOnce(new TypeError('not now')).mockRejectedValueOnce(new SidecarUnavailable('method "charge"', 'refused'))
    expect(await deliver(desk, event, log)).toBe('RETRY')
    expect(lines.at(-1)).toMatchObject({ level: 'error', fields: { err: new TypeError('not now') } })
    expect(noteIn(subscription)).toMatchObject({ error: 'TypeError: not now', attempts: 1 })
    expect(await deliver(desk, event, log)).toBe('RETRY')
    expect(noteIn(subscription)).toMatchObject({ error: expect.stringMatching(/^SidecarUnavailable: .*method "charge".*: refused$/), attempts: 2 })
  })

  test('is not marked, and handled when it comes again', async () => {
    const { desk, log } = subscribed()
    handler.mockRejectedValueOnce(new Error('not now'))
    expect([await deliver(desk, event, log), await deliver(desk, event, log)]).toEqual(['RETRY', 'SUCCESS'])
  })

  test('costs a note only then: what is handled writes a mark and nothing else', async () => {
    const { desk, log, sidecar } = subscribed()
    await deliver(desk, event, log)
    expect([...sidecar.entries.keys()]).toEqual([markKey])
  })
})
