import type { Job } from './job.ts'
import { runJob } from './run-job.ts'
import { runOpenJob } from './run-open-job.ts'

// One process for all rounds, so that its code is as warm for the first as for the last.
process.on('message', (job: Job) => {
  const result = job.perSecond === undefined ? runJob(job) : runOpenJob(job, job.perSecond)
  void result.then((done) => process.send?.(done))
})
process.on('disconnect', () => process.exit(0))
