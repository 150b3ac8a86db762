import { access, constants, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'

import { execa } from 'execa'

import type { Context } from '../context.ts'
import { StackError } from '../errors.ts'
import type { Host } from '../host.ts'
import { type BuildCommand, buildPlan, type Tool, tools } from './plan.ts'

/** An image that was built and delivered. */
export interface Built {
  readonly image: string
  /** Digest of its content. */
  readonly id: string
  /** Whether nodes that have an image of that name take this one. */
  readonly replaces: boolean
}

const lastLines = 12

const isProgram = async (file: string): Promise<boolean> => access(file, constants.X_OK).then(() => true, () => false)

/** A client whose daemon does not run is of no use. */
const works = async (tool: Tool, { env }: Pick<Host, 'env'>): Promise<boolean> => !(await execa(tool, ['info'], { env, extendEnv: false, reject: false, stdin: 'ignore' })).failed

const toolOf = async (host: Pick<Host, 'env'>): Promise<Tool> => {
  const folders = (host.env['PATH'] ?? '').split(delimiter).filter(Boolean)
  for (const tool of tools) {
    const found = await Promise.all(folders.map((folder) => isProgram(join(folder, tool))))
    if (found.includes(true) && (await works(tool, host))) return tool
  }
  throw new StackError('usage', `--build needs ${tools.join(', ')}, and none of them is on the PATH and answers \`info\``, 'install or start one, or build and push the image by hand')
}

/**
 * Looks whether an image can be built here.
 * @throws StackError when it cannot
 */
export const requireBuildable = async (host: Pick<Host, 'env' | 'root'>): Promise<Tool> => {
  const tool = await toolOf(host)
  await access(join(host.root, 'Dockerfile')).catch((error: unknown) => {
    throw new StackError('usage', `--build needs a Dockerfile in ${host.root}`, 'write one, or build the image by hand', { cause: error })
  })
  return tool
}

/** Builds an image in the folder of the stack, and brings it to the cluster. */
export const buildImage = async ({ host, output, signal }: Pick<Context, 'output' | 'signal'> & { readonly host: Pick<Host, 'env' | 'root'> }, { tool, image, context }: { readonly tool: Tool; readonly image: string; readonly context: string }): Promise<Built> => {
  const folder = await mkdtemp(join(tmpdir(), 'stack-build-'))
  const say = (detail: string, ready = false): void => { output.emit({ type: 'progress', object: `image ${image}`, ready, detail, pods: [] }) }
  const run = async ([file, ...args]: BuildCommand): Promise<string> => {
    say([file, ...args].join(' '))
    const { failed, stdout, all, shortMessage } = await execa(file, args, { cwd: host.root, env: host.env, extendEnv: false, all: true, reject: false, cancelSignal: signal, stdin: 'ignore' })
    signal.throwIfAborted()
    if (!failed) return stdout
    const told = all.trim().split('\n').slice(-lastLines).join('\n')
    throw new StackError('failed', `${shortMessage}\n${told}`, 'mend it, then run up again; nothing was applied')
  }
  try {
    const plan = buildPlan({ tool, image, context, archive: join(folder, 'image.tar') })
    await run(plan.build)
    for (const command of plan.deliver) await run(command)
    const id = (await run(plan.identify)).trim()
    say('delivered', true)
    return { image, id: id.startsWith('sha256:') ? id : `sha256:${id}`, replaces: plan.replaces }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
