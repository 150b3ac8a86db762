import { readdir, readFile, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'

import type { AppSettings } from '../../cdk8s-yaml.ts'
import { type Manifest, parseManifests } from '../../local/manifests.ts'
import type { Context } from '../context.ts'
import { synthesize } from '../desired.ts'
import type { Exit } from '../errors.ts'
import { synthTargets, targetOf } from '../options.ts'
import { appSettings, runApp } from './app.ts'
import { composeFiles } from './compose/compose.ts'
import { runFiles } from './dapr-run/run-file.ts'
import { replaceManifests, writeTarget } from './write.ts'

/** A file that synth wrote, with the objects in it. */
export interface WrittenFile {
  readonly file: string
  readonly objects: readonly string[]
}

/** What a synth wrote, and what to do with it. */
interface Report {
  readonly files: readonly WrittenFile[]
  readonly next: readonly string[]
}

const others = { compose: composeFiles, 'dapr-run': runFiles } as const

const named = ({ kind, metadata }: Manifest): string => `${kind}/${metadata.name}`

const written = async (root: string, output: string): Promise<WrittenFile[]> => {
  const entries = await readdir(resolve(root, output), { withFileTypes: true })
  const names = entries.flatMap((entry) => (entry.isFile() ? entry.name : [])).sort()
  return Promise.all(names.map(async (name) => ({ file: join(output, name), objects: parseManifests([await readFile(resolve(root, output, name), 'utf8')]).map(named) })))
}

/** The files as a list for people. */
export const writtenText = (files: readonly WrittenFile[]): string =>
  [...files.flatMap(({ file, objects }) => [file, ...objects.map((object) => `  ${object}`)]), `${files.reduce((sum, { objects }) => sum + objects.length, 0)} objects in ${files.length} files`].join('\n')

/** The manifests, into the folder that cdk8s.yaml names. Where the app fails, what was there stays. */
const writeManifests = async ({ host, options, signal }: Context, { app, output }: AppSettings): Promise<Report> => {
  const folder = resolve(host.root, output)
  const made = `${folder}.new` // beside it, for a rename stays in its file system
  try {
    await runApp(host, app, { env: options.env, folder: made, signal })
    await replaceManifests(made, folder, Object.keys(others))
  } finally {
    await rm(made, { recursive: true, force: true })
  }
  return { files: await written(host.root, output), next: [] }
}

/** The files of another target, into a folder of its own in that one. */
const writeOther = async (context: Context, target: keyof typeof others, folder: string): Promise<Report> => {
  const { root } = context.host
  const made = others[target](await synthesize(context), root, folder)
  await writeTarget(resolve(root, folder), made)
  return { files: made.files.map(({ path, objects }) => ({ file: join(folder, path), objects })), next: made.next }
}

/** `stack synth`: what was written, and what to do with it. */
export const synthVerb = async (context: Context): Promise<Exit> => {
  const { host, options, output } = context
  const target = targetOf(options, synthTargets)
  const settings = await appSettings(host.root)
  const { files, next } = await (target === 'kubernetes' ? writeManifests(context, settings) : writeOther(context, target, join(settings.output, target)))
  output.emit({ type: 'result', result: 'synth', value: files })
  if (next.length > 0) output.emit({ type: 'result', result: 'next', value: next })
  output.print([writtenText(files), ...next].join('\n'))
  return 'ok'
}
