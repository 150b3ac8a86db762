import { delimiter, dirname } from 'node:path'

import { readCdk8sYaml } from '../cdk8s-yaml.ts'
import { RunRefused } from './errors.ts'
import type { Folder } from './folder.ts'
import type { Host } from './host.ts'
import { type Manifest, readManifests } from './manifests.ts'
import type { Processes } from './processes.ts'

const appOf = async (root: string): Promise<string> => {
  const settings = await readCdk8sYaml(root)
  if (settings) return settings.app
  throw new RunRefused(`${root} has no cdk8s.yaml with an "app": start in the folder of the stack`)
}

const expectedExit = 'exit code 2'

/** What to tell of a synth that failed: its own message, or the error without the stack. */
export const synthFailure = (ended: string, lines: readonly string[]): string => {
  if (ended === expectedExit) return lines.join('\n')
  const errors = lines.map((line) => line.trim()).filter((line) => /\berror\b|Error\b/i.test(line) && !/^at |\bthrow /.test(line))
  const listed = lines.filter((line) => line.startsWith('- ')) // what an error says of each thing that is wrong
  return [`the config cannot be synthesized (${ended}): ${errors.slice(0, 2).join(' ') || lines.join(' ')}`, ...listed].join('\n')
}

/**
 * Runs the app of cdk8s.yaml as `cdk8s synth` does, for the environment `local`, and reads what it wrote.
 * @throws RunRefused when it fails
 */
export const synthesize = async ({ root, node, env }: Host, folder: Folder, processes: Processes): Promise<Manifest[]> => {
  const path = `${dirname(node)}${delimiter}${env['PATH'] ?? ''}` // its `node` is this one
  const settings = { STACK_ENV: 'local', CDK8S_OUTDIR: folder.manifests, PATH: path }
  const lines: string[] = []
  const synth = processes.start({ name: 'synth', file: 'sh', args: ['-c', await appOf(root)], cwd: root, env: settings }, (line, stream) => {
    if (stream === 'stderr') lines.push(line)
  })
  const ended = await synth.ended
  if (ended !== 'exit code 0') throw new RunRefused(synthFailure(ended, lines))
  return readManifests(folder.manifests)
}
