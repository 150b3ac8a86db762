import { randomUUID } from 'node:crypto'

import { describe, expect, test } from '@jest/globals'

import { ComponentFailed, EtagMismatch, type Sidecar } from '../../../service/dapr/index.ts'

/** What the state part of the contract is tried on. */
export interface StateSubject {
  readonly sidecar: Sidecar
  readonly store: string
}

export const firstWrite = { firstWrite: true } as const
export const newKey = (): string => `contract-${randomUUID()}`

const etagOf = async ({ sidecar, store }: StateSubject, key: string): Promise<string> => {
  const stored = await sidecar.getState(store, key)
  if (!stored) throw new Error(`nothing at ${key}`)
  return stored.etag
}

const stateTests = (subject: () => StateSubject): void => {
  test('a key without a value is undefined', async () => {
    const { sidecar, store } = subject()
    expect(await sidecar.getState(store, newKey())).toBeUndefined()
  })

  test.each([[{ a: [1, null, 'ü€😀'] }], ['123'], [0], [false], [[]]])('the value %j reads back as it was saved, with an ETag', async (value) => {
    const { sidecar, store } = subject()
    const key = newKey()
    await sidecar.saveState(store, key, value, firstWrite)
    expect(await sidecar.getState(store, key)).toEqual({ value, etag: expect.stringMatching(/.+/) })
  })

  test('keys may hold any character but Dapr\'s "||"', async () => {
    const { sidecar, store } = subject()
    const key = `${newKey()} /?#%25&=ü`
    await sidecar.saveState(store, key, 'here', firstWrite)
    expect((await sidecar.getState(store, key))?.value).toBe('here')
    await sidecar.deleteState(store, key, await etagOf(subject(), key))
    expect(await sidecar.getState(store, key)).toBeUndefined()
  })

  test('fails a first write where a value is, and keeps that value', async () => {
    const { sidecar, store } = subject()
    const key = newKey()
    await sidecar.saveState(store, key, 'first', firstWrite)
    const second: unknown = await sidecar.saveState(store, key, 'second', firstWrite).catch((error: unknown) => error)
    expect([ComponentFailed, EtagMismatch].some((kind) => second instanceof kind)).toBe(true)
    expect((await sidecar.getState(store, key))?.value).toBe('first')
  })

  test('a write over the version that was read gives it another ETag', async () => {
    const { sidecar, store } = subject()
    const key = newKey()
    await sidecar.saveState(store, key, 1, firstWrite)
    const etag = await etagOf(subject(), key)
    await sidecar.saveState(store, key, 2, { etag })
    expect(await sidecar.getState(store, key)).toEqual({ value: 2, etag: expect.not.stringMatching(new RegExp(`^${etag}$`)) })
  })

  test('fails a write and a removal over an old version with EtagMismatch', async () => {
    const { sidecar, store } = subject()
    const key = newKey()
    await sidecar.saveState(store, key, 1, firstWrite)
    const etag = await etagOf(subject(), key)
    await sidecar.saveState(store, key, 2, { etag })
    await expect(sidecar.saveState(store, key, 3, { etag })).rejects.toThrow(EtagMismatch)
    await expect(sidecar.deleteState(store, key, etag)).rejects.toThrow(EtagMismatch)
    expect((await sidecar.getState(store, key))?.value).toBe(2)
  })
}

/** How every adapter of the `Sidecar` port keeps values. The double in memory does too. */
export const describeStateContract = (name: string, subject: () => StateSubject): void => {
  describe(`${name} keeps the state part of the sidecar contract`, () => { stateTests(subject) })
}
