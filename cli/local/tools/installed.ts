import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

import { run } from '../../../toolchain/run.ts'

/** Whether a runtime of one version does for a stack made for another: what they promise each other goes by major and minor. */
export const fits = (found: string, pinned: string): boolean => {
  const minor = /^v?(\d+\.\d+)\.\d+/
  const [wanted, given] = [minor.exec(pinned)?.[1], minor.exec(found.trim())?.[1]]
  return wanted !== undefined && given === wanted
}

/** Where a daprd may lie, in the order of preference: PATH, then the folder of the Dapr CLI. */
export const candidateFolders = (path: string, home: string): string[] => [...path.split(delimiter).filter(Boolean), join(home, '.dapr', 'bin')]

const versionOf = (program: string): Promise<string> => run(program, ['--version'], { timeout: 5000 }).catch(() => '')

/** What is on this machine of the tools: the first daprd that fits, and the scheduler beside it. */
export const installedTools = async (folders: readonly string[], pinned: string): Promise<{ daprd?: string; scheduler?: string }> => {
  for (const folder of folders) {
    const [daprd, scheduler] = [join(folder, 'daprd'), join(folder, 'scheduler')]
    if (existsSync(daprd) && fits(await versionOf(daprd), pinned)) return { daprd, ...(existsSync(scheduler) && { scheduler }) }
  }
  return {}
}

/** The first nats-server on this machine that fits. */
export const installedServer = async (folders: readonly string[], pinned: string): Promise<{ 'nats-server'?: string }> => {
  for (const folder of folders) {
    const server = join(folder, 'nats-server')
    if (existsSync(server) && fits((await versionOf(server)).replace(/^nats-server: /, ''), pinned)) return { 'nats-server': server }
  }
  return {}
}
