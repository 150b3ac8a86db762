import { describe, expect, test } from '@jest/globals'

import { deadLetterChain, deadLetterKey, deadLetterPageKey } from '../../../config/define/index.ts'
import { readArguments } from '../../../cli/dlq/arguments.ts'
import { DlqError } from '../../../cli/dlq/errors.ts'
import { runDlq } from '../../../cli/dlq/run.ts'
import type { Shelf } from '../../../cli/dlq/shelf.ts'
import { letterOf, refusal, shelfDouble } from './shelf-double.ts'

const run = (shelves: readonly Shelf[], ...args: string[]) => runDlq(shelves, readArguments(args))
const filled = async (...ids: string[]) => {
  const double = shelfDouble()
  for (const id of ids) await double.put(letterOf(id))
  return double
}
const pageKey = (id: string) => `store/${deadLetterPageKey('orders', deadLetterChain(id), 0)}`

describe('list', () => {
  test('shows each dead letter on a line, the oldest first', async () => {
    const { shelf, put } = shelfDouble()
    await put(letterOf('e-2', { first_failed_at: '2026-01-02T00:00:00.000Z', last_error: `a\nlong ${'x'.repeat(200)}` }))
    await put(letterOf('e-1'))
    const { text, exitCode } = await run([shelf], 'list')
    expect(exitCode).toBe(0)
    expect(text.split('\n')).toEqual([
      'ID   APP      TOPIC   TYPE          ATTEMPTS  LAST FAILURE              LAST ERROR',
      'e-1  billing  orders  order.placed  7         2026-01-01T00:00:20.000Z  Error: not now',
      expect.stringMatching(/^e-2 .* a long x{93}…$/),
      '2 dead letters',
    ])
  })

  test('says so when there are none', async () => {
    expect(await run([shelfDouble().shelf], 'list')).toEqual({ text: 'there are no dead letters', exitCode: 0 })
    expect(await run([shelfDouble().shelf], 'list', '--json')).toEqual({ text: '[]', exitCode: 0 })
  })

  test('gives the whole records as JSON', async () => {
    const { shelf } = await filled('e-1')
    expect(JSON.parse((await run([shelf], 'list', '--json')).text)).toEqual([letterOf('e-1')])
  })

  test('shows those of one app, or says which apps have any', async () => {
    const { shelf } = await filled('e-1')
    const other = shelfDouble('stock')
    await other.put(letterOf('e-9', { app: 'stock' }))
    expect((await run([shelf, other.shelf], 'list', '--app', 'stock')).text).toMatch(/^e-9 /m)
    expect((await run([shelf, other.shelf], 'list', '--app', 'stock')).text).not.toMatch(/e-1/)
    await expect(run([shelf, other.shelf], 'list', '--app', 'shop')).rejects.toThrow('no app "shop" keeps dead letters here; these do: billing, stock')
  })

  test('takes an id off the index that a broken-off removal left there', async () => {
    const { shelf, memory } = await filled('e-1')
    memory.entries.delete(`store/${deadLetterKey('orders', 'e-1')}`)
    expect((await run([shelf], 'list')).text).toBe('there are no dead letters')
    expect(memory.entries.get(pageKey('e-1'))?.text).toBe('{"schema":1,"ids":[]}')
  })

  test('fails where nothing keeps dead letters', async () => {
    await expect(run([], 'list')).rejects.toThrow('there is no dead-letter Subscription')
  })
})

describe('show', () => {
  test('gives one dead letter with its event', async () => {
    const { shelf } = await filled('e-1', 'e-2')
    const { text } = await run([shelf], 'show', 'e-1')
    expect(text).toMatch(/^id +e-1\napp +billing\n/)
    expect(text).toMatch(/^last error +Error: not now\nevent\n\{\n {2}"specversion": "1.0"/m)
    expect(text).not.toMatch(/e-2/)
  })

  test('reads what is kept as bytes', async () => {
    const { shelf, put } = shelfDouble()
    const { event: _, ...letter } = letterOf('sha256-1', { bytes: Buffer.from('no JSON').toString('base64') })
    await put(letter)
    expect((await run([shelf], 'show', 'sha256-1')).text).toMatch(/event\nno JSON$/)
  })

  test('fails with the mend where there is none', async () => {
    const { shelf } = await filled('e-1')
    await expect(run([shelf], 'show', 'e-2')).rejects.toThrow(new DlqError('there is no dead letter "e-2"; npm run dlq -- list shows all', 1))
  })
})

describe('replay', () => {
  test('publishes the event under its own id on its topic, then forgets the dead letter', async () => {
    const { shelf, published, memory } = await filled('e-1')
    expect(await run([shelf], 'replay', 'e-1')).toEqual({ text: 'replayed e-1 of billing, topic orders', exitCode: 0 })
    const [{ pubsub, topic, message }] = published as [(typeof published)[0]] // the next line counts them
    expect([published.length, pubsub, topic]).toEqual([1, 'bus', 'orders'])
    expect(message).toMatchObject({ contentType: 'application/cloudevents+json', metadata: { partitionKey: 'o-1' } })
    expect(JSON.parse(message.body as string)).toEqual(letterOf('e-1').event) // an event that is JSON is text
    expect([...memory.entries.keys()]).toEqual([pageKey('e-1')])
    expect(memory.entries.get(pageKey('e-1'))?.text).toBe('{"schema":1,"ids":[]}')
  })

  test('lets an event that expired live', async () => {
    const { shelf, put, published } = shelfDouble()
    await put(letterOf('e-1', { event: { ...letterOf('e-1').event as object, expiration: '2026-01-01T00:00:00Z' } })) // it is an object
    await run([shelf], 'replay', 'e-1')
    expect(JSON.parse(published[0]?.message.body as string)).not.toHaveProperty('expiration') // as above
  })

  test.each([
    ['JSON that is no event', { event: { hello: 1 } }, '{"hello":1}'],
    ['bytes', { event: undefined, bytes: Buffer.from('no JSON').toString('base64') }, 'no JSON'],
  ])('publishes %s as it came', async (_what, content, body) => {
    const { shelf, put, published } = shelfDouble()
    await put(letterOf('sha256-1', content))
    await run([shelf], 'replay', 'sha256-1')
    expect(published[0]?.message).toMatchObject({ contentType: 'application/octet-stream', metadata: { rawPayload: 'true' } })
    expect(Buffer.from(published[0]?.message.body ?? '').toString()).toBe(body)
  })

  test('publishes an event that is kept as bytes digit by digit', async () => {
    const { shelf, put, published } = shelfDouble()
    const text = '{"specversion":"1.0","id":"e-1","type":"order.placed","data":{"n":12345678901234567890}}'
    await put(letterOf('e-1', { event: undefined, bytes: Buffer.from(text).toString('base64') }))
    await run([shelf], 'replay', 'e-1')
    expect(published[0]?.message).toMatchObject({ contentType: 'application/cloudevents+json', metadata: { partitionKey: 'e-1' } })
    expect(Buffer.from(published[0]?.message.body ?? '').toString()).toBe(text)
  })

  test('fails, and keeps the dead letter, when the broker does not take the event', async () => {
    const { shelf, faults } = await filled('e-1', 'e-2')
    faults.publish.push(refusal)
    const { text, exitCode } = await run([shelf], 'replay', '--all')
    expect(exitCode).toBe(1)
    expect(text.split('\n').sort()).toEqual([
      expect.stringMatching(/^kept e-[12] of billing, topic orders: the sidecar refused to publish: 403; the dead letter stays with billing$/),
      expect.stringMatching(/^replayed e-[12] of billing, topic orders$/),
    ])
    expect((await run([shelf], 'list')).text).toMatch(/^1 dead letter$/m)
  })

  test('keeps the dead letter that the replay itself made', async () => {
    const { shelf, faults, memory } = await filled('e-1')
    const path = `store/${deadLetterKey('orders', 'e-1')}`
    faults.remove.push(() => memory.entries.set(path, { text: JSON.stringify(letterOf('e-1', { attempts: 14, received: 2 })), version: 2 }))
    expect(await run([shelf], 'replay', 'e-1')).toMatchObject({ exitCode: 1, text: expect.stringMatching(/^kept e-1 .*could not be handled again/) })
    expect((await run([shelf], 'list')).text).toMatch(/^e-1 .* 14 /m)
  })

  test('keeps the place in the index of one that came back between the two removals', async () => {
    const { shelf, memory } = await filled('e-1')
    const path = `store/${deadLetterKey('orders', 'e-1')}`
    const again = { text: JSON.stringify(letterOf('e-1', { attempts: 14 })), version: 1 }
    const { remove } = shelf.sidecar
    const late: Shelf = {
      ...shelf,
      sidecar: { ...shelf.sidecar, remove: async (...args) => { const removed = await remove(...args); memory.entries.set(path, again); return removed } },
    }
    await run([late], 'replay', 'e-1')
    expect((await run([shelf], 'list')).text).toMatch(/^e-1 .* 14 /m)
  })
})

describe('drop', () => {
  test('forgets a dead letter and publishes nothing', async () => {
    const { shelf, published } = await filled('e-1', 'e-2')
    expect(await run([shelf], 'drop', 'e-1')).toEqual({ text: 'dropped e-1 of billing, topic orders', exitCode: 0 })
    expect(published).toEqual([])
    expect((await run([shelf], 'list')).text).toMatch(/^e-2 /m)
  })

  test('forgets all of one app', async () => {
    const { shelf } = await filled('e-1', 'e-2', 'e-3')
    expect(JSON.parse((await run([shelf], 'drop', '--all', '--app', 'billing', '--json')).text)).toHaveLength(3)
    expect((await run([shelf], 'drop', '--all')).text).toBe('there are no dead letters')
  })

  test('is done when somebody else was faster', async () => {
    const { shelf, faults, memory } = await filled('e-1')
    faults.remove.push(() => memory.entries.delete(`store/${deadLetterKey('orders', 'e-1')}`))
    expect(await run([shelf], 'drop', 'e-1')).toMatchObject({ exitCode: 0 })
  })

  test('fails when the store refuses', async () => {
    const { shelf } = await filled('e-1')
    const stuck: Shelf = { ...shelf, sidecar: { ...shelf.sidecar, remove: async () => false } }
    expect(await run([stuck], 'drop', 'e-1')).toMatchObject({ exitCode: 1, text: expect.stringMatching(/state store "store" of billing refuses writes/) })
  })
})
