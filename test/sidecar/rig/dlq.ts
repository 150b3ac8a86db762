import { execFile } from 'node:child_process'
import { resolve } from 'node:path'

import { z } from 'zod'

import { DeadLetter } from '../../../config/define/index.ts'

/** What a command printed, and what it ended with. */
export interface Ended {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs `npm run dlq` with these arguments. */
export const dlq = (args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> =>
  new Promise((done) => {
    const { PATH = '', HOME = '' } = process.env
    const child = execFile(process.execPath, [resolve('cli/dlq/main.ts'), ...args], { env: { PATH, HOME, ...env } }, (_error, stdout, stderr) => {
      done({ code: child.exitCode ?? -1, stdout, stderr })
    })
  })

/** The dead letters that a sidecar's app keeps. */
export const deadLettersAt = async (sidecar: string): Promise<DeadLetter[]> => {
  const { code, stdout, stderr } = await dlq(['list', '--json', '--sidecar', sidecar])
  if (code !== 0) throw new Error(`dlq list ended with ${code}: ${stderr}`)
  return z.array(DeadLetter).parse(JSON.parse(stdout))
}
