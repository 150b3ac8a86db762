import { fileURLToPath } from 'node:url'

import { z } from 'zod'

import { moduleFolder, requireGo } from '../../../toolchain/modules.ts'
import { run } from '../../../toolchain/run.ts'

const program = fileURLToPath(new URL('cron-times/main.go', import.meta.url))
const Times = z.array(z.array(z.int()))

/** When the scheduler would call jobs of these schedules (`CRON_TZ=<zone> <six fields>`): asks the cron that the pinned Dapr is built with. */
export const cronTimes = async (schedules: readonly string[], from: Date, to: Date): Promise<Date[][]> => {
  await requireGo('asking Dapr\'s cron')
  const text = await run('go', ['run', program], { cwd: moduleFolder('dapr'), input: JSON.stringify({ from, to, schedules }) })
  return Times.parse(JSON.parse(text)).map((times) => times.map((seconds) => new Date(seconds * 1000)))
}
