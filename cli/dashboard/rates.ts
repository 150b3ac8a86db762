import type { Flow } from '../graph/flows.ts'
import { keyOf } from '../graph/live-edge.ts'
import type { Counted } from './view.ts'

/** What sidecars had counted at one moment. */
export interface Count {
  readonly atMs: number
  /** By the pod's own id: a pod that takes another's place counts anew. */
  readonly byPod: ReadonlyMap<string, readonly Flow[]>
}

interface Sum {
  readonly count: number
  readonly failed: number
}

const nothing: Sum = { count: 0, failed: 0 }

const summed = (flows: readonly Flow[]): Map<string, Sum> => {
  const sums = new Map<string, Sum>()
  for (const flow of flows) {
    const { count, failed } = sums.get(keyOf(flow)) ?? nothing
    sums.set(keyOf(flow), { count: count + flow.count, failed: failed + flow.failed })
  }
  return sums
}

/** What came to a counter; one that is lower than it was began anew. */
const grown = (before: number, now: number): number => (now >= before ? now - before : now)

/**
 * What flowed along each edge in each second between two counts, by the edge's key. A pod that only one of them has says nothing: it may
 * have been there before, and not have answered. Pure.
 */
export const ratesBetween = (before: Count, now: Count): ReadonlyMap<string, Sum> => {
  const seconds = (now.atMs - before.atMs) / 1000
  const rates = new Map<string, Sum>()
  if (seconds <= 0) return rates
  for (const [pod, flows] of now.byPod) {
    const earlier = before.byPod.get(pod)
    if (!earlier) continue
    const from = summed(earlier)
    for (const [key, sum] of summed(flows)) {
      const [old, rate] = [from.get(key) ?? nothing, rates.get(key) ?? nothing]
      rates.set(key, { count: rate.count + grown(old.count, sum.count) / seconds, failed: rate.failed + grown(old.failed, sum.failed) / seconds })
    }
  }
  return rates
}

/** Rates are of the last so many milliseconds: of two looks in a row they would jump. */
const windowMs = 15_000

/** The counts that rates are still made of, the oldest first; a count is kept that is older than the window, so that there always are two. Pure. */
export const withCount = (counts: readonly Count[], now: Count): readonly Count[] => {
  const start = now.atMs - windowMs
  const kept = counts.filter(({ atMs }) => atMs >= start)
  const [last] = counts.slice(-1)
  return [...(kept.length === 0 && last ? [last] : kept), now]
}

/** The rates over all counts that are kept; undefined of one only. Pure. */
export const ratesOf = (counts: readonly Count[]): ReadonlyMap<string, Sum> | undefined => {
  const [first, last] = [counts[0], counts.at(-1)]
  return first && last && first !== last ? ratesBetween(first, last) : undefined
}

/** The sum of several that were counted; a rate is known where one is. Pure. */
export const total = (parts: readonly Counted[]): Counted => {
  const sum = (pick: (one: Counted) => number | undefined): number => parts.reduce((all, one) => all + (pick(one) ?? 0), 0)
  const known = parts.some(({ perSecond }) => perSecond !== undefined)
  return {
    count: sum(({ count }) => count),
    failed: sum(({ failed }) => failed),
    ...(known && { perSecond: sum(({ perSecond }) => perSecond), failedPerSecond: sum(({ failedPerSecond }) => failedPerSecond) }),
  }
}
