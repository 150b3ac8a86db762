import { percentile } from '../statistics.ts'
import { connect, type Connection } from './connection.ts'
import type { Job, JobResult } from './job.ts'
import { connectAll, operationOf } from './operations.ts'
import { countError, type Errors } from './tally.ts'

/** Ids go round; where each is used up there are as many as there are. */
const supply = (job: Job): (() => string | undefined) => {
  let index = 0
  return () => {
    if (job.kind === 'delete') return job.ids[index++]
    return job.ids[index++ % job.ids.length]
  }
}

/** A worker of `status` keeps to a task of its own: two writers of one task would measure their quarrel. */
const idsFor = (job: Job, worker: number, shared: () => string | undefined): (() => string | undefined) =>
  job.kind === 'status' ? () => job.ids[worker] : shared

interface Tally {
  operations: number
  events: number
  left: number
  readonly latencies: number[]
  readonly errors: Errors
  readonly ids: string[]
}

const work = async (job: Job, worker: number, connection: Connection, subscriber: Connection | undefined, tally: Tally, end: number, shared: () => string | undefined): Promise<void> => {
  const operation = operationOf(job)
  const next = idsFor(job, worker, shared)
  for (let turn = 0; performance.now() < end && tally.left > 0; turn += 1) {
    tally.left -= 1
    const start = performance.now()
    try {
      const done = await operation({ connection, turn, payload: job.payload, subscriber, next })
      if (!done) return
      tally.operations += done.operations
      tally.events += done.events
      tally.latencies.push(performance.now() - start)
      if (job.count !== undefined && done.ids) tally.ids.push(...done.ids)
    } catch (error) {
      countError(tally.errors, error)
    }
  }
}

/** Does a job: every client asks, waits for the answer, and asks again. */
export const runJob = async (job: Job): Promise<JobResult> => {
  const connections = connectAll(job)
  const subscriber = job.subscriber === undefined ? undefined : connect(job.subscriber)
  const tally: Tally = { operations: 0, events: 0, left: job.count ?? Infinity, latencies: [], errors: {}, ids: [] }
  const shared = supply(job)
  const cpu = process.cpuUsage()
  const start = performance.now()
  await Promise.all(connections.map((connection, worker) => work(job, worker, connection, subscriber, tally, start + job.ms, shared)))
  const seconds = (performance.now() - start) / 1000
  const { user, system } = process.cpuUsage(cpu)
  await Promise.all([...connections, ...(subscriber ? [subscriber] : [])].map((connection) => connection.close()))
  const { operations, events, errors, ids, latencies } = tally
  return { operations, events, errors, ids, seconds, p50: percentile(latencies, 0.5), p99: percentile(latencies, 0.99), cpuSeconds: (user + system) / 1e6 }
}
