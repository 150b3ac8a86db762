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

/** More than go in one call at a time. */
const many = 100

const outcomeOf = (call: Promise<unknown>): Promise<unknown> => call.then(() => 'done', (error: unknown) => error)
const isRefusal = (outcome: unknown): boolean => [ComponentFailed, EtagMismatch].some((kind) => outcome instanceof kind)

const concurrencyTests = (subject: () => StateSubject): void => {
  test('reads at the same time give each caller its own value and ETag, or that there is none', async () => {
    const { sidecar, store } = subject()
    const keys = Array.from({ length: many }, newKey)
    const written = keys.filter((_key, index) => index % 3 > 0)
    await Promise.all(written.map((key) => sidecar.saveState(store, key, { key }, firstWrite)))
    const found = await Promise.all(keys.map((key) => sidecar.getState(store, key)))
    expect(found).toEqual(keys.map((key, index) => (index % 3 > 0 ? { value: { key }, etag: expect.stringMatching(/.+/) } : undefined)))
    const alone = await sidecar.getState(store, written[0] ?? '')
    expect(found[1]).toEqual(alone)
  })

  test('fails only the caller whose own save does not fit, of those that save at the same time', async () => {
    const { sidecar, store } = subject()
    const keys = Array.from({ length: many }, newKey)
    const taken = (index: number): boolean => index % 10 === 7
    await Promise.all(keys.filter((_key, index) => taken(index)).map((key) => sidecar.saveState(store, key, 'theirs', firstWrite)))
    const outcomes = await Promise.all(
      keys.map((key, index) => outcomeOf(sidecar.saveState(store, key, 'ours', taken(index) && index > 50 ? { etag: '999999' } : firstWrite))),
    )
    const values = await Promise.all(keys.map(async (key) => (await sidecar.getState(store, key))?.value))
    expect(values).toEqual(keys.map((_key, index) => (taken(index) ? 'theirs' : 'ours')))
    expect(outcomes.map((outcome) => (isRefusal(outcome) ? 'refused' : outcome))).toEqual(keys.map((_key, index) => (taken(index) ? 'refused' : 'done')))
  })

  test('saves of one key at the same time let one through', async () => {
    const { sidecar, store } = subject()
    const key = newKey()
    const outcomes = await Promise.all(Array.from({ length: 20 }, (_, index) => outcomeOf(sidecar.saveState(store, key, index, firstWrite))))
    const through = outcomes.flatMap((outcome, index) => (outcome === 'done' ? [index] : []))
    expect(through).toHaveLength(1)
    expect((await sidecar.getState(store, key))?.value).toBe(through[0])
  })

  test('fails a call with a key that no key can be, and none of those at the same time', async () => {
    const { sidecar, store } = subject()
    const keys = Array.from({ length: 20 }, newKey)
    const outcomes = await Promise.all([...keys, `${newKey()}||x`].map((key) => outcomeOf(sidecar.saveState(store, key, 1, firstWrite))))
    expect(outcomes.slice(0, -1)).toEqual(keys.map(() => 'done'))
  })
}

/** How every adapter of the `Sidecar` port keeps values. The double in memory does too. */
export const describeStateContract = (name: string, subject: () => StateSubject): void => {
  describe(`${name} keeps the state part of the sidecar contract`, () => {
    stateTests(subject)
    concurrencyTests(subject)
  })
}
