import { describe, expect, test } from '@jest/globals'

import { explanationText, type Line, readerOf } from '../../../cli/why/index.ts'
import { at, event, explained, keys, letter, mark, note, receipt, subscription } from './shop-double.ts'

const { app = '', name = '', topic = '', pubsub = '' } = subscription ?? {}
const line = (text: string, secondsAgo = 59, of = app): Line => ({ app: of, container: of, time: at(secondsAgo), text })
const found = { time: at(58), source: 'stock', text: 'the receipt is stored' }
const handled = { [keys.mark('order-1')]: mark(58) }

describe('a thing is complete', () => {
  test('when each of its events was handled, and had its effect', async () => {
    expect(await explained({ kept: handled, events: [event({ effects: [receipt({ found })] })] })).toMatchObject({ outcome: ['all is well'] })
  })

  test('when an event was handled that nobody could take out of the document', async () => {
    expect((await explained({ kept: handled, events: [event({ pending: true })] })).missing).toBeUndefined()
  })

  test('when an effect is there whose mark could not be written', async () => {
    expect((await explained({ events: [event({ effects: [receipt({ found })] })] })).missing).toBeUndefined()
  })

  test('when its event is longer ago than marks are kept', async () => {
    expect((await explained({ events: [event({ time: at(100_000) })] })).missing).toBeUndefined()
  })

  test('when a dead letter was replayed and handled after all', async () => {
    expect((await explained({ kept: { ...handled, [keys.mark('order-1')]: mark(10), [keys.letter('order-1')]: letter('order-1', 'no') } })).missing).toBeUndefined()
  })
})

describe('the first step that is missing', () => {
  test('is the publishing, while the event stands in the document and nobody was given it; what the publisher says of it is the cause', async () => {
    const lines = [line(JSON.stringify({ level: 'warn', msg: 'fails, and is tried again', err: { message: `publish on ${topic}: no answer` } }), 30, 'shop')]
    const { missing } = await explained({ events: [event({ pending: true })], lines })
    expect(missing).toEqual({
      step: `shop publishes placed (order-1) on ${topic}`,
      because: `the event still stands in the document: shop says: warn: fails, and is tried again: publish on ${topic}: no answer`,
      fix: `see that the broker behind ${pubsub} answers; shop publishes it by itself when it does`,
    })
  })

  test('is the publishing, with the component that is not as declared before what was said', async () => {
    const findings = [{ about: { kind: 'component', component: pubsub }, text: 'it is not in the cluster', fix: 'put it back' }] as const
    const { missing } = await explained({ events: [event({ pending: true })], findings })
    expect(missing).toMatchObject({ because: 'the event still stands in the document: it is not in the cluster', fix: 'put it back' })
  })

  test('is the delivery, when the app keeps nothing of the event; a Subscription that is not as declared is the cause', async () => {
    const findings = [{ about: { kind: 'subscription', subscription: name }, text: 'it is not in the cluster', fix: 'put it back' }] as const
    expect((await explained({ findings })).missing).toEqual({ step: `${topic} delivers placed (order-1) to ${app}`, because: 'it is not in the cluster', fix: 'put it back' })
    expect((await explained({})).missing?.because).toBe(`it was published, the Subscription ${name} is as declared, and ${app} was not given it`)
  })

  test('is the delivery, when no pod of the app runs', async () => {
    const findings = [{ about: { kind: 'app', app }, text: 'no pod runs', fix: 'start one' }] as const
    const { missing, steps } = await explained({ away: [app], findings })
    expect(missing).toMatchObject({ step: `${topic} delivers placed (order-1) to ${app}`, because: 'no pod runs' })
    expect(steps).toContainEqual(expect.objectContaining({ text: `what became of placed (order-1) cannot be asked: no pod of ${app} has a sidecar that could be asked`, state: 'failed' }))
  })

  test('is the handling, while deliveries fail, with the last error', async () => {
    const { missing } = await explained({ kept: { [keys.note('order-1')]: note('Error: no paper') } })
    expect(missing).toEqual({ step: `${app} handles placed (order-1)`, because: 'it failed 2 time(s) so far, the last: Error: no paper', fix: 'mend what it says; it is delivered again by itself' })
  })

  test('is the handling, when it became a dead letter, with how it is delivered again', async () => {
    const { missing } = await explained({ kept: { [keys.letter('order-1')]: letter('order-1', 'Error: no paper') } })
    expect(missing).toEqual({ step: `${app} handles placed (order-1)`, because: 'it became a dead letter after 7 failed deliveries: Error: no paper', fix: `mend what it says, then \`replay order-1 of ${app}\`` })
  })

  test('is the handling, for a type that the app does not know', async () => {
    const { missing } = await explained({ kept: { [keys.letter('order-1')]: letter('order-1', `type "placed" is not declared for topic "${topic}"`, 1) } })
    expect(missing?.fix).toBe(`bring up the version that knows this event, then \`replay order-1 of ${app}\``)
  })

  test('is the handling, when access control refuses what it invokes; other refusals are not its cause', async () => {
    const about = (callee: string, method: string) => ({ kind: 'invocation', caller: app, callee, method }) as const
    const findings = [{ about: about('stock', 'count'), text: 'another is denied', fix: 'no' }, { about: about('stock', 'reserve'), text: 'reserve is denied', fix: 'allow it' }]
    const { missing } = await explained({ events: [event({ effects: [receipt()] })], kept: { [keys.note('order-1')]: note('403 PermissionDenied') }, findings })
    expect(missing).toMatchObject({ because: 'reserve is denied (it failed 2 time(s) so far, the last: 403 PermissionDenied)', fix: 'allow it; it is delivered again by itself' })
  })

  test('is the handling, for a refusal of which the cluster does not tell', async () => {
    const { missing } = await explained({ kept: { [keys.note('order-1')]: note('403 PermissionDenied') } })
    expect(missing?.fix).toBe('allow the call in the config; it is delivered again by itself')
  })

  test('is the handling, when the callee does not answer', async () => {
    const findings = [{ about: { kind: 'app', app: 'stock' }, text: 'no pod of stock is ready', fix: 'see its log' }] as const
    expect((await explained({ events: [event({ effects: [receipt()] })], kept: { [keys.note('order-1')]: note('500') }, findings })).missing?.because).toMatch(/^no pod of stock is ready \(/)
  })

  test('is the handling, when it was received and nothing came of it', async () => {
    const { missing } = await explained({ lines: [line(JSON.stringify({ level: 'info', msg: 'Received event', event_id: 'order-1', event_type: 'placed' }))] })
    expect(missing).toMatchObject({ step: `${app} handles placed (order-1)`, because: `${app} received it and did not end its work` })
  })

  test('is the effect, when the event was handled and there is no record', async () => {
    expect((await explained({ events: [event({ effects: [receipt()] })], kept: handled })).missing).toMatchObject({ step: 'the receipt', because: `${app} handled placed (order-1), and there is no record of it` })
  })

  test('is not an effect that could not be looked for', async () => {
    expect((await explained({ events: [event({ effects: [receipt({ unknown: 'stock is away' })] })], kept: handled })).missing).toBeUndefined()
  })

  test('is none yet for an event that is seconds old', async () => {
    expect((await explained({ events: [event({ time: at(1.5) })] })).missing).toEqual({ step: 'the way of placed (order-1)', because: 'it is only 1.5 s old', fix: 'ask again' })
  })

  test('is that of the first event that lacks one', async () => {
    const events = [event({ id: 'order-1' }), event({ id: 'order-2', sequence: 2 }), event({ id: 'order-3', sequence: 3 })]
    expect((await explained({ events, kept: handled })).missing?.step).toBe(`${topic} delivers placed (order-2) to ${app}`)
  })

  test('is what the thing itself lacks, when all events did what they are for', async () => {
    const missing = { step: 'the reminder', because: 'there is no job', fix: 'set it again' }
    expect((await explained({ kept: handled, story: { missing } })).missing).toEqual(missing)
  })

  test('is the reading, when the app that owns the store cannot be asked', async () => {
    const findings = [{ about: { kind: 'component', component: 'store' }, text: 'Component store is not in the cluster', fix: 'put it back' }] as const
    expect((await explained({ away: ['shop'], findings })).missing).toEqual({
      step: 'what is stored of order/order-1 can be read', because: 'Component store is not in the cluster; no pod of shop has a sidecar that could be asked', fix: 'put it back',
    })
  })
})

test('fails for a thing that there is not, with what was searched', async () => {
  await expect(explained({ kept: { 'order-1': 'gone' }, lines: [line('nothing of it')] })).rejects.toThrow('order order-1; none of 1 log lines has it')
})

describe('a job', () => {
  const jobOf = (status: number, text: string) => readerOf({ ask: async () => ({ status, text }) }).job('shop', 'restock-1')

  test('is what the scheduler has; nothing where it says that there is none', async () => {
    expect(await jobOf(200, '{"name":"restock-1"}')).toEqual({ name: 'restock-1' })
    expect(await jobOf(500, '{"errorCode":"DAPR_SCHEDULER_GET_JOB","message":"job not found: restock-1"}')).toBeUndefined()
  })

  test('fails while the scheduler does not answer', async () => {
    await expect(jobOf(500, 'no scheduler')).rejects.toThrow('the sidecar of shop answers 500 no scheduler')
  })
})

describe('the timeline', () => {
  const lines = [
    line(JSON.stringify({ level: 'info', msg: 'Received event', event_id: 'order-1', event_type: 'placed', data: { correlation_id: '0123456789abcdef0123456789abcdef' } }), 59),
    line(JSON.stringify({ level: 'error', msg: 'Handler failed', event_id: 'order-1', err: { message: 'no paper' } }), 57),
    line(JSON.stringify({ level: 'info', msg: 'HTTP API Called', method: 'GET /v1.0/state/store/order-1', code: '200' }), 56),
    line('of another order', 55),
  ]

  test('is what is stored, what is kept of its events and what logs say, by time, and ends in the verdict', async () => {
    const explanation = await explained({ lines, kept: { [keys.note('order-1')]: note('Error: no paper') }, story: { steps: [{ time: at(60), source: 'store', text: 'placed' }] } })
    const text = explanationText(explanation, (_, plain) => plain)
    expect(text.split('\n').map((row) => row.replaceAll(/ {2,}/g, '  '))).toEqual([
      'order/order-1 in namespace market',
      '2026-03-01 11:59:00.000  store  ✓ placed',
      `2026-03-01 11:59:01.000  ${app} log  ✓ Received event (placed order-1)`,
      `2026-03-01 11:59:03.000  ${app} log  ✗ error: Handler failed (event order-1): no paper`,
      `2026-03-01 11:59:20.000  ${app} store  ✗ placed (order-1) failed 2 time(s), the last: Error: no paper`,
      'trace 0123456789abcdef0123456789abcdef: stack logs --trace 0123456789abcdef0123456789abcdef',
      `missing: ${app} handles placed (order-1) — because it failed 2 time(s) so far, the last: Error: no paper; mend what it says; it is delivered again by itself`,
    ])
  })

  test('says of an event that was handled after a newer one that it was left out', async () => {
    const events = [event({ id: 'order-1', sequence: 1 }), event({ id: 'order-2', sequence: 2 })]
    const { steps } = await explained({ events, kept: { [keys.mark('order-1')]: mark(10), [keys.mark('order-2')]: mark(20) } })
    expect(steps.map(({ text }) => text)).toEqual(['placed (order-2) was handled', 'placed (order-1) was handled, after the newer placed (order-2): what follows the newest leaves it out'])
  })

  test('keeps fractions of a second of any length in order', async () => {
    const story = { steps: [{ time: '2026-03-01T11:00:00.123456789Z', source: 'b', text: 'second' }, { time: '2026-03-01T11:00:00.123Z', source: 'a', text: 'first' }] }
    expect((await explained({ kept: handled, story })).steps.slice(0, 2).map(({ text }) => text)).toEqual(['first', 'second'])
  })
})
