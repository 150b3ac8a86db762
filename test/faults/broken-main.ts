import { stack } from '../../config/tasks/index.ts'
import type { Sidecar } from '../../service/dapr/index.ts'
import { runService } from '../../service/run.ts'
import { buildTaskApi } from '../../service/task-api/app.ts'

const publishDelayMs = 300

/**
 * The delivery contract, switched off: an event counts as published before anything was sent, and is sent once, when the answer is out
 * already. Whatever dies by then takes it along.
 */
const publishAfterTheAnswer = (sidecar: Sidecar): Sidecar => ({
  ...sidecar,
  publish: async (...event) => {
    setTimeout(() => { sidecar.publish(...event).catch(() => undefined) }, publishDelayMs)
  },
})

await runService(stack, 'task-api', (parts) => buildTaskApi({ ...parts, sidecar: publishAfterTheAnswer(parts.sidecar) }))
