import { execa } from 'execa'

import { ensureTool } from '../../../toolchain/tools.ts'
import { runnableBlocks } from '../../docs/blocks.ts'

const page = 'docs/deploy.md'

const kubectl = async (): Promise<string> => {
  const own = await execa('kubectl', ['version', '--client'], { reject: false })
  return own.failed ? ensureTool('kubectl', () => undefined) : 'kubectl'
}

/** Runs a block of docs/deploy.md that is marked `run: name` as its reader would, in a folder and with the variables it asks for. */
export const runBlock = async (name: string, cwd: string, env: Readonly<Record<string, string>>): Promise<void> => {
  const block = (await runnableBlocks(page)).get(name)
  if (block === undefined) throw new Error(`${page} has no block marked "run: ${name}"`)
  await execa('bash', ['-euo', 'pipefail', '-c', `kubectl() { command "${await kubectl()}" "$@"; }\n${block}`], { cwd, env })
}
