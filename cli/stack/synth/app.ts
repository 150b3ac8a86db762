import { mkdir, rm } from 'node:fs/promises'
import { delimiter, dirname, join } from 'node:path'

import { execa } from 'execa'

import { type AppSettings, readCdk8sYaml } from '../../cdk8s-yaml.ts'
import { synthFailure } from '../../local/synth.ts'
import { StackError } from '../errors.ts'
import type { Host } from '../host.ts'

/**
 * Reads the cdk8s.yaml of a folder.
 * @throws StackError when there is none with an `app`
 */
export const appSettings = async (root: string): Promise<AppSettings> => {
  const settings = await readCdk8sYaml(root)
  if (settings) return settings
  throw new StackError('usage', `${root} has no cdk8s.yaml with an "app"`, 'run stack in the folder of the stack')
}

export interface SynthOptions {
  /** Given to the app as STACK_ENV. @default - what the environment has */
  readonly env?: string | undefined
  /** Where the app writes; what was there is removed first. */
  readonly folder: string
  readonly signal: AbortSignal
}

/**
 * Runs the app, as `cdk8s synth` does.
 * @throws StackError with what the app says when it fails
 */
export const runApp = async ({ root, node, env }: Host, command: string, { env: environment, folder, signal }: SynthOptions): Promise<void> => {
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
  const path = [dirname(node), join(root, 'node_modules/.bin'), env['PATH'] ?? ''].join(delimiter) // its `node` is this one
  const settings = { ...env, CDK8S_OUTDIR: folder, PATH: path, ...(environment !== undefined && { STACK_ENV: environment }) }
  const { failed, exitCode, stderr, signal: killed } = await execa(command, { shell: true, cwd: root, env: settings, extendEnv: false, reject: false, cancelSignal: signal })
  signal.throwIfAborted()
  if (!failed) return
  const ended = exitCode === undefined ? `signal ${killed ?? 'unknown'}` : `exit code ${exitCode}`
  throw new StackError('usage', synthFailure(ended, stderr.split('\n')), 'mend the config or the variable, then run it again')
}
