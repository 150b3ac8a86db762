import { expect, jest, test } from '@jest/globals'
import { z } from 'zod'

import { deliver, type DeliveryLog } from '../../../service/dapr/event-delivery.ts'
import type { EventHandler } from '../../../service/dapr/index.ts'

const recordingLog = () => {
  const lines: { level: string; fields: object; message: string }[] = []
  const at = (level: string) => (fields: object, message: string) => { lines.push({ level, fields, message }) }
  const log = { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error'), child: (fields: object) => { lines.push({ level: 'child', fields, message: '' }); return log } }
  return { lines, log: log as unknown as DeliveryLog } // pino's overloads are wider than what deliver uses
}

const handler = jest.fn<EventHandler<unknown>>(async () => undefined)
const subscription = { topic: 'orders', events: { 'order.placed': z.object({ n: z.int() }) }, handlers: { 'order.placed': handler } }
const event = { id: 'e-1', type: 'order.placed', time: '2026-01-01T00:00:00Z', subject: 'o-1', correlationid: 'c-1', data: { n: 1, more: true } }

test('an event goes to the handler of its type with typed data and its attributes', async () => {
  const { log } = recordingLog()
  expect(await deliver(subscription, event, log)).toBe('SUCCESS')
  expect(handler).toHaveBeenLastCalledWith({ n: 1 }, { id: 'e-1', type: 'order.placed', topic: 'orders', time: '2026-01-01T00:00:00Z', correlationId: 'c-1', log: expect.anything() })
})

test('each delivery is logged with the event\'s id, type, topic and subject', async () => {
  const { lines, log } = recordingLog()
  await deliver(subscription, event, log)
  expect(lines).toContainEqual({ level: 'child', fields: { event_id: 'e-1', event_type: 'order.placed', topic: 'orders', subject: 'o-1' }, message: '' })
  expect(lines).toContainEqual({ level: 'info', fields: { data: { n: 1 } }, message: 'Received event' })
})

test('an event of another publisher, without time and correlation id, is handled too', async () => {
  const { log } = recordingLog()
  const { id, type, data } = event
  expect(await deliver(subscription, { id, type, data, traceid: 't-1' }, log)).toBe('SUCCESS')
  expect(handler).toHaveBeenLastCalledWith(expect.anything(), expect.objectContaining({ correlationId: 't-1', time: expect.stringMatching(/Z$/) }))
})

test.each([
  ['data that breaks the contract', { ...event, data: { n: 'one' } }, /data breaks the contract.*n/s],
  ['an unknown type', { ...event, type: 'order.lost' }, /"order.lost" is not declared for topic "orders"/],
  ['a type that names a property of every object', { ...event, type: 'constructor' }, /"constructor" is not declared/],
  ['something that is no CloudEvent', { hello: 1 }, /no CloudEvent/],
  ['nothing', undefined, /no CloudEvent/],
])('fails %s to the dead letters, saying why', async (_what, body, why) => {
  const { lines, log } = recordingLog()
  expect(await deliver(subscription, body, log)).toBe('DROP')
  expect(lines.at(-1)).toEqual({ level: 'warn', fields: { why: expect.stringMatching(why) }, message: 'Dropped event to the dead-letter topic' })
})

test('fails with RETRY and an error in the log when the handler throws', async () => {
  const { lines, log } = recordingLog()
  const error = new Error('not now')
  handler.mockRejectedValueOnce(error)
  expect(await deliver(subscription, event, log)).toBe('RETRY')
  expect(lines.at(-1)).toMatchObject({ level: 'error', fields: { err: error } })
})
