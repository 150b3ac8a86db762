import { firstById, type History, type Outage } from './history.ts'

/** The events that no request can have published, for it was over by then. */
export interface Recovery {
  readonly recovered: number
  /** From the end of the request that asked for the change to its event; 0 when nothing was recovered. */
  readonly longestMs: number
  /** The same without the time in which store or broker were out: what the bound is for. */
  readonly longestUndisturbedMs: number
  /** In words: each that took longer than the bound. */
  readonly late: readonly string[]
}

// The clocks of broker and client are one, but their milliseconds are cut off, and an answer takes a moment.
const slackMs = 100

/** How much of the time between two moments store and broker both worked. */
const undisturbedMs = (from: number, to: number, outages: readonly Outage[]): number => {
  let [worked, now] = [0, from]
  for (const outage of outages.toSorted((one, other) => one.from - other.from)) {
    worked += Math.max(0, Math.min(outage.from, to) - now)
    now = Math.max(now, outage.to)
  }
  return worked + Math.max(0, to - now)
}

/** How long after its request each event that was recovered came. */
export const recoveryOf = ({ attempts, events, outages }: History, boundMs: number): Recovery => {
  const ends = new Map(attempts.map(({ trace, endedAt }) => [trace, endedAt]))
  const recovered = [...firstById(events).values()]
    .map(({ id, at, correlation }) => ({ id, at, ms: at - (ends.get(correlation) ?? Infinity) }))
    .filter(({ ms }) => ms > slackMs)
    .map(({ id, at, ms }) => ({ id, ms, undisturbed: undisturbedMs(at - ms, at, outages) }))
  return {
    recovered: recovered.length,
    longestMs: Math.max(0, ...recovered.map(({ ms }) => ms)),
    longestUndisturbedMs: Math.max(0, ...recovered.map(({ undisturbed }) => undisturbed)),
    late: recovered.filter(({ undisturbed }) => undisturbed > boundMs).map(({ id, undisturbed }) => `event ${id} came ${(undisturbed / 1000).toFixed(1)} s after its request, with store and broker at work`),
  }
}
