import type { Job } from './job.ts'
import { runJob } from './run-job.ts'

// One process for all rounds, so that its code is as warm for the first as for the last.
process.on('message', (job: Job) => {
  void runJob(job).then((result) => process.send?.(result))
})
process.on('disconnect', () => process.exit(0))
