import { expect, test } from '@jest/globals'
import { z } from 'zod'

import { ComponentMissing, EtagMismatch, SidecarUnavailable, writeConfirmed } from '../../../service/dapr/index.ts'
import { stateStore } from '../../../service/dapr/state-store.ts'
import { memorySidecar } from '../support/memory-sidecar.ts'

const Value = z.object({ by: z.string() })

const setUp = async () => {
  const sidecar = memorySidecar()
  const state = stateStore(sidecar, 'store')
  await state.save('key', { by: 'first' }, { firstWrite: true })
  const write = (by: string, etag: string) =>
    writeConfirmed(state, { key: 'key', value: { by }, precondition: { etag }, parser: Value, isOwn: (stored) => stored.by === by })
  return { sidecar, state, write }
}
const lost = (): never => { throw new SidecarUnavailable('store', 'timeout') }

test('a write that happened is written', async () => {
  const { write } = await setUp()
  expect(await write('me', '1')).toEqual({ written: true })
})

test('fails a write over an old version with what is there now', async () => {
  const { write } = await setUp()
  await write('other', '1')
  expect(await write('me', '1')).toEqual({ written: false, current: { value: { by: 'other' }, etag: '2' } })
})

test.each([
  ['an ETag mismatch', () => { throw new EtagMismatch('store', 'connection reset') }],
  ['no answer', lost],
])('a write that happened although the answer was %s is written', async (_answer, answer) => {
  const { sidecar, write } = await setUp()
  sidecar.faults.save.push((effect) => { effect(); answer() })
  expect(await write('me', '1')).toEqual({ written: true })
})

test('fails when the answer is lost and the write is not to be seen: it may come yet', async () => {
  const { sidecar, write } = await setUp()
  sidecar.faults.save.push(lost)
  await expect(write('me', '1')).rejects.toThrow(SidecarUnavailable)
})

test('fails when the outcome cannot be read', async () => {
  const { sidecar, write } = await setUp()
  sidecar.faults.save.push((effect) => { effect(); lost() })
  sidecar.faults.get.push(lost)
  await expect(write('me', '1')).rejects.toThrow(SidecarUnavailable)
})

test('fails at once when nothing can have been written', async () => {
  const { sidecar, write } = await setUp()
  sidecar.faults.save.push(() => { throw new ComponentMissing('state store "store"', '') })
  sidecar.faults.get.push(() => { throw new Error('it was read') })
  await expect(write('me', '1')).rejects.toThrow(ComponentMissing)
})

test('fails a first write where a value is with that value, although Redis says 500', async () => {
  const { state } = await setUp()
  const write = { key: 'key', value: { by: 'me' }, precondition: { firstWrite: true }, parser: Value, isOwn: () => false } as const
  expect(await writeConfirmed(state, write)).toMatchObject({ written: false, current: { value: { by: 'first' } } })
})
