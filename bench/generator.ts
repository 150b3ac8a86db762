import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

import type { Host } from '../test/faults/host.ts'
import type { Job, JobResult } from './generator/job.ts'

/** The load generator: a process of its own, which does one job at a time. */
export interface Generator {
  run(job: Job): Promise<JobResult>
  stop(): void
}

/** Starts the generator. It ends with this process. */
export const startGenerator = ({ root, node, path, home }: Host): Generator => {
  const child = fork(join(root, 'bench/generator/main.ts'), { execPath: node, execArgv: [], env: { PATH: path, HOME: home } })
  const ended = once(child, 'exit').then(() => { throw new Error('the load generator has ended') })
  ended.catch(() => undefined)
  return {
    run: async (job) => {
      const answer = once(child, 'message')
      child.send(job)
      const [result] = (await Promise.race([answer, ended])) as [JobResult] // the generator sends nothing else
      return result
    },
    stop: () => { child.disconnect() },
  }
}
