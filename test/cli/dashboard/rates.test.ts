import { describe, expect, test } from '@jest/globals'

import { type Count, ratesBetween, ratesOf, total, withCount } from '../../../cli/dashboard/rates.ts'
import type { Flow } from '../../../cli/graph/flows.ts'
import { keyOf, liveEdges } from '../../../cli/graph/live-edge.ts'

const edge = liveEdges.publishes('shop', 'bus', 'orders')
const key = keyOf(edge)
const flow = (count: number, failed = 0): Flow => ({ ...edge, count, failed })
const count = (atMs: number, pods: Readonly<Record<string, readonly Flow[]>>): Count => ({ atMs, byPod: new Map(Object.entries(pods)) })
const between = (before: Count, now: Count) => ratesBetween(before, now).get(key)

describe('rates', () => {
  test('are what came to the counters, for each second, of all pods together', () => {
    expect(between(count(0, { a: [flow(10, 1)], b: [flow(5)] }), count(2000, { a: [flow(14, 2)], b: [flow(11)] }))).toEqual({ count: 5, failed: 0.5 })
  })

  test('add up what one pod counts of an edge in several counters', () => {
    expect(between(count(0, { a: [flow(1), flow(2)] }), count(1000, { a: [flow(2), flow(4)] }))).toEqual({ count: 3, failed: 0 })
  })

  test('count an edge that a pod counts for the first time', () => {
    expect(between(count(0, { a: [] }), count(1000, { a: [flow(3)] }))).toEqual({ count: 3, failed: 0 })
  })

  test('take a counter that is lower than it was for one that began anew, never for less than nothing', () => {
    expect(between(count(0, { a: [flow(1000, 7)] }), count(1000, { a: [flow(2, 1)] }))).toEqual({ count: 2, failed: 1 })
  })

  test('say nothing of a pod that only one look saw: it may have been there before', () => {
    expect(between(count(0, { a: [flow(1)] }), count(1000, { a: [flow(1)], b: [flow(900)] }))).toEqual({ count: 0, failed: 0 })
    expect(ratesBetween(count(0, { a: [flow(1)] }), count(1000, {})).size).toBe(0)
  })

  test('are none of one look, nor of two at one moment', () => {
    expect(ratesOf([count(0, {})])).toBeUndefined()
    expect(ratesOf([])).toBeUndefined()
    expect(ratesBetween(count(5, { a: [flow(1)] }), count(5, { a: [flow(2)] })).size).toBe(0)
  })

  test('are of the last 15 seconds, or of the last two looks where those are further apart', () => {
    const times = (...all: readonly number[]): number[] => all.reduce<readonly Count[]>((counts, atMs) => withCount(counts, count(atMs, {})), []).map(({ atMs }) => atMs)
    expect(times(0, 5000, 10_000, 21_000)).toEqual([10_000, 21_000])
    expect(times(0, 5000, 90_000)).toEqual([5000, 90_000])
  })

  test('add up, and stay unknown where all are', () => {
    expect(total([{ count: 1, failed: 0, perSecond: 2, failedPerSecond: 1 }, { count: 2, failed: 1 }])).toEqual({ count: 3, failed: 1, perSecond: 2, failedPerSecond: 1 })
    expect(total([{ count: 1, failed: 0 }])).toEqual({ count: 1, failed: 0 })
  })
})
