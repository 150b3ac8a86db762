import type { TaskStack } from '../../config/tasks/index.ts'
import type { Implementation } from '../dapr/index.ts'
import { cleanUp, type CleanupDependencies } from './cleanup-job.ts'
import { type DigestDependencies, sendDigest } from './digest-job.ts'
import { remind, type ReminderDependencies } from './reminder-job.ts'

/** What task-api does when its jobs come. Each looks at what holds now: it may come late, twice, and after what it was made for is gone. */
export const taskJobHandlers = (deps: ReminderDependencies & CleanupDependencies & DigestDependencies): Pick<Implementation<TaskStack, 'task-api'>, 'jobs'> => ({
  jobs: { reminder: remind(deps), digest: sendDigest(deps), cleanup: cleanUp(deps) },
})
