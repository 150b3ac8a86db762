import { setImmediate as turn } from 'node:timers/promises'

import { expect, test } from '@jest/globals'

import { coalesce, type CoalesceOptions, coalescing, type Outcome } from '../../../service/dapr/coalescing/coalesce.ts'
import { currentTrace, remainingMs, SidecarUnavailable, withTimeBudget, withTrace } from '../../../service/dapr/index.ts'

/** Until what was called has been sent: no timer, which a slow machine may fire before the turn that sends. */
const settled = async (): Promise<void> => {
  for (let count = 1; count <= 3; count += 1) await turn()
}

/** Joined calls whose batches end when the test says so. */
const started = (options: Partial<CoalesceOptions<string, string>> = {}) => {
  const sent: string[][] = []
  const ends: (() => void)[] = []
  const ended = (items: readonly string[]): Promise<void> => new Promise((resolve) => {
    sent.push([...items])
    ends.push(resolve)
  })
  const call = coalesce<string, string>({
    target: 'test', callMs: 10_000,
    alone: async (item) => {
      await ended([item])
      return `${item} alone`
    },
    together: async (items) => {
      await ended(items)
      return (item): Outcome<string> => ({ value: `${item} together` })
    },
    ...options,
  })
  /** Ends what is under way, again and again until nothing is. */
  const finish = async (): Promise<void> => {
    while (ends.length > 0) {
      for (const end of ends.splice(0)) end()
      await settled()
    }
  }
  /** Calls in turns of their own, until as many are under way as may be. */
  const occupy = async (): Promise<{ readonly answers: Promise<string[]> }> => {
    const busy: Promise<string>[] = []
    for (let count = 1; count <= coalescing.inFlight; count += 1) {
      busy.push(call(`busy ${count}`))
      await settled()
    }
    return { answers: Promise.all(busy) }
  }
  return { call, sent, finish, occupy, next: () => ends.shift()?.() }
}

const busyAlone = Array.from({ length: coalescing.inFlight }, (_, index) => `busy ${index + 1} alone`)
const busySent = Array.from({ length: coalescing.inFlight }, (_, index) => [`busy ${index + 1}`])

test('a call that finds none under way goes at once, by itself', async () => {
  const { call, sent, finish } = started()
  const answer = call('a')
  await settled()
  expect(sent).toEqual([['a']])
  await finish()
  expect(await answer).toBe('a alone')
})

test('calls of one turn of the event loop go together', async () => {
  const { call, sent, finish } = started()
  const answers = Promise.all(['a', 'b'].map(call))
  await settled()
  expect(sent).toEqual([['a', 'b']])
  await finish()
  expect(await answers).toEqual(['a together', 'b together'])
})

test('calls that come while others are under way wait, and go together', async () => {
  const { call, sent, finish, next, occupy } = started()
  const busy = await occupy()
  const answers = [call('a')]
  await settled()
  answers.push(call('b'))
  await settled()
  expect(sent).toEqual(busySent)
  next()
  await settled()
  expect(sent.at(-1)).toEqual(['a', 'b'])
  await finish()
  expect(await Promise.all(answers)).toEqual(['a together', 'b together'])
  expect(await busy.answers).toEqual(busyAlone)
})

test('no two items with one key are in a batch, and a batch is bounded in items and bytes', async () => {
  const keyed = started({ keyOf: (item) => item.slice(0, 1) })
  const answers = Promise.all(['a1', 'a2', 'b1'].map(keyed.call))
  await settled()
  await keyed.finish()
  await answers
  expect(keyed.sent).toEqual([['a1', 'b1'], ['a2']])
  const many = started()
  const all = Promise.all(Array.from({ length: coalescing.maxItems + 12 }, (_, index) => many.call(`${index}`)))
  await settled()
  await many.finish()
  await all
  expect(many.sent.map(({ length }) => length)).toEqual([coalescing.maxItems, 12])
  const large = started({ sizeOf: () => coalescing.maxBytes })
  const each = Promise.all(['a', 'b', 'c', 'd'].map(large.call))
  await settled()
  await large.finish()
  await each
  expect(large.sent).toEqual([['a'], ['b'], ['c'], ['d']])
})

test('fails only the caller whose item failed, and sends again by itself what the batch did not tell', async () => {
  const outcomes: Record<string, Outcome<string>> = { c: { error: new Error('c failed') }, d: { value: 'd is there' }, e: 'alone' }
  const again: string[] = []
  const { call, finish } = started({
    together: async () => (item) => outcomes[item] ?? 'alone',
    again: async (item) => {
      again.push(item)
      return `${item} again`
    },
  })
  const answers = Promise.allSettled(['c', 'd', 'e'].map(call))
  await settled()
  await finish()
  expect(await answers).toMatchObject([{ reason: { message: 'c failed' } }, { value: 'd is there' }, { value: 'e again' }])
  expect(again).toEqual(['e'])
})

test('fails whoever waits too long, who is not sent any more, and lets the others go on', async () => {
  const { call, sent, finish, occupy } = started()
  const busy = await occupy()
  const late = withTimeBudget(20, () => call('late'))
  const patient = call('patient')
  await expect(late).rejects.toThrow(SidecarUnavailable)
  await finish()
  expect(await patient).toBe('patient alone')
  expect(await busy.answers).toEqual(busyAlone)
  expect(sent.flat()).not.toContain('late')
  await expect(withTimeBudget(0, () => call('none'))).rejects.toThrow(SidecarUnavailable)
})

test('a batch has neither the trace nor the time budget of a caller; what goes alone has its own', async () => {
  const seen: unknown[] = []
  const note = (name: string): void => { seen.push([name, currentTrace()['x-request-id'], remainingMs() < Infinity]) }
  const { call, finish } = started({
    together: async (items) => {
      note(items.join(''))
      return () => 'alone'
    },
    again: async (item) => {
      note(item)
      return item
    },
  })
  const asked = (item: string) => withTimeBudget(5000, () => withTrace({ 'x-request-id': `request ${item}` }, () => call(item)))
  const answers = Promise.all(['c', 'd'].map(asked))
  await settled()
  await finish()
  await answers
  expect(seen).toEqual([['cd', undefined, false], ['c', 'request c', true], ['d', 'request d', true]])
})

test('whoever is to be apart is never joined', async () => {
  const { call, sent, finish } = started({ isApart: () => true })
  const answers = Promise.all(['a', 'b', 'c'].map(call))
  await settled()
  expect(sent).toEqual([['a'], ['b'], ['c']])
  await finish()
  await answers
})
