import { once } from 'node:events'
import { createInterface } from 'node:readline'

import { execa } from 'execa'
import { z } from 'zod'

import { program } from '../stack-program.ts'

const Started = z.object({ result: z.literal('dashboard'), value: z.object({ url: z.string(), writes: z.boolean() }) })

/** A dashboard that runs. */
export interface RunningDashboard {
  /** Where its page is, token and all. */
  readonly url: string
  /** Ends it with Ctrl-C and gives its exit code. */
  readonly stop: () => Promise<number | undefined>
}

/** Starts `stack dashboard` as its users do, and waits until it says where it is. */
export const startDashboard = async (namespace: string, ...args: readonly string[]): Promise<RunningDashboard> => {
  const running = execa(process.execPath, [program, 'dashboard', '--json', '--namespace', namespace, ...args], { env: { NODE_OPTIONS: '' }, reject: false, stdin: 'ignore' })
  const lines = createInterface({ input: running.stdout })
  const [line] = (await Promise.race([once(lines, 'line'), running.then(({ stderr }) => [stderr])])) as [string]
  const { value } = Started.parse(JSON.parse(line))
  return {
    url: value.url,
    stop: async () => {
      running.kill('SIGINT')
      return (await running).exitCode
    },
  }
}
