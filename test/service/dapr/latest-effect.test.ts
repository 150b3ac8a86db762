import { expect, test } from '@jest/globals'
import { z } from 'zod'

import { keepLatest, readLatest, SidecarUnavailable, stateStore } from '../../../service/dapr/index.ts'
import { memorySidecar } from '../support/memory-sidecar.ts'

const parser = z.string()
const view = () => {
  const sidecar = memorySidecar()
  const state = stateStore(sidecar, 'store')
  return {
    sidecar,
    keep: (sequence: number) => keepLatest(state, { key: 'view-o-1', sequence, value: `as of ${sequence}`, parser }),
    read: async () => (await readLatest(state, 'view-o-1', parser))?.value,
  }
}

/** Every order in which the items can come. */
const orders = <T>(items: readonly T[]): T[][] =>
  items.length === 0 ? [[]] : items.flatMap((item, index) => orders(items.toSpliced(index, 1)).map((rest) => [item, ...rest]))

test('there is nothing before the first event', async () => {
  expect(await view().read()).toBeUndefined()
})

test.each(orders([1, 2, 2, 3]))('deliveries in the order %i, %i, %i, %i leave what the newest says', async (...deliveries) => {
  const { keep, read } = view()
  for (const sequence of deliveries) await keep(sequence)
  expect(await read()).toBe('as of 3')
})

test.each(orders([1, 2, 3]))('deliveries at once, %i, %i and %i, leave what the newest says', async (...deliveries) => {
  const { keep, read } = view()
  await Promise.all(deliveries.map(keep))
  expect(await read()).toBe('as of 3')
})

test('an older event gets what holds, and writes nothing', async () => {
  const { keep, sidecar } = view()
  await keep(2)
  expect(await keep(1)).toBe('as of 2')
  expect([...sidecar.entries.values()].map(({ version }) => version)).toEqual([1])
})

test('a newer effect that comes between read and write is kept', async () => {
  const { keep, read, sidecar } = view()
  await keep(1)
  const entry = { text: JSON.stringify({ schema: 1, sequence: 3, value: 'as of 3' }), version: 7 }
  sidecar.faults.save.push((effect) => { sidecar.entries.set('store/view-o-1', entry); effect() })
  expect(await keep(2)).toBe('as of 3')
  expect(await read()).toBe('as of 3')
})

test('an effect whose answer is lost is made once', async () => {
  const { keep, read, sidecar } = view()
  sidecar.faults.save.push((effect) => { effect(); throw new SidecarUnavailable('state store "store"', 'timeout') })
  expect(await keep(1)).toBe('as of 1')
  expect(await read()).toBe('as of 1')
})

test('fails when it cannot be found out what holds, so that the event comes again', async () => {
  const { keep, sidecar } = view()
  sidecar.faults.save.push(() => { throw new SidecarUnavailable('state store "store"', 'timeout') })
  await expect(keep(1)).rejects.toThrow(SidecarUnavailable)
})
