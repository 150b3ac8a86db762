import { afterEach, describe, expect, jest, test } from '@jest/globals'

import { hubOf } from '../../../cli/dashboard/hub.ts'
import { remembered } from '../../../cli/dashboard/remembered.ts'
import { type Source, watch, type Watch } from '../../../cli/dashboard/source.ts'

const sourceOf = (look: () => Promise<number>, change: Partial<Source<number>> = {}) => {
  const accepted: number[] = []
  const gaveUp = jest.fn()
  const watched = watch({ name: 'numbers', everyMs: 0, boundMs: 10_000, look, accept: (answer) => accepted.push(answer), gaveUp, ...change })
  return { watched, accepted, gaveUp }
}
/** Watches until so many looks are over. */
const looks = async (watched: Watch, count: number): Promise<void> => {
  const ended = new AbortController()
  let left = count
  await watched.run(ended.signal, () => { if (--left === 0) ended.abort() })
}

describe('what is looked at', () => {
  test('is waited for, then answers, and keeps its last answer when it fails', async () => {
    const answers = [async () => 1, async () => { throw new Error('the cluster refuses') }]
    const { watched, accepted } = sourceOf(() => (answers.shift() ?? answers[0] ?? (async () => 0))())
    expect(watched.view()).toEqual({ name: 'numbers', state: 'waiting' })
    await looks(watched, 1)
    expect(watched.view()).toEqual({ name: 'numbers', state: 'answers', at: expect.any(String) })
    await looks(watched, 1)
    expect(watched.view()).toEqual({ name: 'numbers', state: 'silent', at: expect.any(String), why: 'the cluster refuses' })
    expect(accepted).toEqual([1])
  })

  test('is given up when it hangs, so that it can be connected to anew', async () => {
    const { watched, accepted, gaveUp } = sourceOf(() => new Promise(() => undefined), { boundMs: 5 })
    await looks(watched, 2)
    expect(watched.view()).toMatchObject({ state: 'silent', why: 'no answer in 0.005 s' })
    expect(gaveUp).toHaveBeenCalledTimes(2)
    expect(accepted).toEqual([])
  })

  test('is looked at again at once when it is nudged', async () => {
    const { watched, accepted } = sourceOf(async () => 1, { everyMs: 3_600_000 })
    const ended = new AbortController()
    await watched.run(ended.signal, () => (accepted.length === 2 ? ended.abort() : setImmediate(() => { watched.nudge() })))
    expect(accepted).toEqual([1, 1])
  })
})

describe('what is remembered', () => {
  test('is asked for again when it is old, by its key, and at once where it failed', async () => {
    let [now, asked] = [0, 0]
    const keep = remembered<number>(1000, () => now)
    const ask = async () => ++asked
    const failing = async (): Promise<number> => { throw new Error('no answer') }
    await expect(keep('a', failing)).rejects.toThrow('no answer')
    expect([await keep('a', ask), await keep('a', ask), await keep('b', ask)]).toEqual([1, 1, 2])
    now = 1000
    expect(await keep('a', ask)).toBe(3)
  })
})

describe('the hub', () => {
  const running = () => {
    let active = 0
    let tell = (): void => undefined
    const source: Watch = {
      view: () => ({ name: 'x', state: 'answers' }),
      nudge: () => undefined,
      run: async (signal, changed) => {
        active += 1
        tell = changed
        signal.addEventListener('abort', () => { active -= 1 })
      },
    }
    return { source, active: () => active, tell: () => { tell() } }
  }
  const stops: (() => void)[] = []
  afterEach(() => { for (const stop of stops.splice(0)) stop() })

  test('looks only while somebody does, once for all of them', () => {
    const { source, active } = running()
    const hub = hubOf([source], () => 1)
    expect(active()).toBe(0)
    const [first, second] = [hub.subscribe(() => undefined), hub.subscribe(() => undefined)]
    expect(active()).toBe(1)
    first()
    expect(active()).toBe(1)
    second()
    expect(active()).toBe(0)
    stops.push(hub.subscribe(() => undefined), hub.close)
    expect(active()).toBe(1)
  })

  test('sends what is known at once, and what is new to everybody', () => {
    const { source, tell } = running()
    let value = 'known'
    const hub = hubOf([source], () => value)
    const heard: string[] = []
    stops.push(hub.subscribe((one) => heard.push(`a ${one}`)), hub.subscribe((one) => heard.push(`b ${one}`)), hub.close)
    value = 'new'
    tell()
    expect(heard).toEqual(['a known', 'b known', 'a new', 'b new'])
  })
})
