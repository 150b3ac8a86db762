import { setTimeout as sleep } from 'node:timers/promises'

import { Pool } from 'undici'

import { percentile } from '../statistics.ts'
import { fieldsOf } from './documents.ts'
import type { Job, JobResult } from './job.ts'
import { countError, type Errors } from './tally.ts'

/** Clients that there can be at once: more than any service takes. */
const connections = 4000

interface Tally {
  readonly ids: string[]
  readonly latencies: number[]
  readonly errors: Errors
  refused: number
}

const ask = async (pool: Pool, body: string, tally: Tally): Promise<void> => {
  const start = performance.now()
  const { statusCode, headers, body: content } = await pool.request({ method: 'POST', path: '/tasks', body, headers: { 'content-type': 'application/json' } })
  await content.text()
  if (statusCode === 503 && headers['retry-after'] !== undefined) tally.refused += 1
  else if (statusCode !== 201) throw new Error(`POST answered ${statusCode}`)
  else {
    tally.latencies.push(performance.now() - start)
    tally.ids.push(String(headers['location']).slice('/tasks/'.length))
  }
}

/** Creates so many tasks a second, whether or not those before are answered: what clients do that nobody holds back. */
export const runOpenJob = async ({ urls, payload, ms }: Job, perSecond: number): Promise<JobResult> => {
  const pools = urls.map((url) => new Pool(url, { connections }))
  const tally: Tally = { ids: [], latencies: [], errors: {}, refused: 0 }
  const [body, cpu, start] = [JSON.stringify(fieldsOf(payload)), process.cpuUsage(), performance.now()]
  const open = new Set<Promise<void>>()
  const send = (pool: Pool): void => {
    const one = ask(pool, body, tally).catch((error: unknown) => { countError(tally.errors, error) }).finally(() => open.delete(one))
    open.add(one)
  }
  for (let sent = 0, now = 0; now < ms; now = performance.now() - start) {
    for (; sent < (now / 1000) * perSecond; sent += 1) send(pools[sent % pools.length] as Pool) // there is one for each url
    await sleep(1)
  }
  const seconds = (performance.now() - start) / 1000
  await Promise.all(open)
  const { user, system } = process.cpuUsage(cpu)
  await Promise.all(pools.map((pool) => pool.close()))
  const { ids, latencies, errors, refused } = tally
  return { operations: ids.length, events: ids.length, ids, refused, errors, seconds, p50: percentile(latencies, 0.5), p99: percentile(latencies, 0.99), cpuSeconds: (user + system) / 1e6 }
}
