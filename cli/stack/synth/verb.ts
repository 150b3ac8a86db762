import { readdir, readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'

import { type Manifest, parseManifests } from '../../local/manifests.ts'
import type { Context } from '../context.ts'
import type { Exit } from '../errors.ts'
import { appSettings, runApp } from './app.ts'

/** A file that synth wrote, with the objects in it. */
export interface WrittenFile {
  readonly file: string
  readonly objects: readonly string[]
}

const named = ({ kind, metadata }: Manifest): string => `${kind}/${metadata.name}`

const written = async (root: string, output: string): Promise<WrittenFile[]> => {
  const names = (await readdir(resolve(root, output))).sort()
  return Promise.all(names.map(async (name) => ({ file: join(output, name), objects: parseManifests([await readFile(resolve(root, output, name), 'utf8')]).map(named) })))
}

/** The files as a list for people. */
export const writtenText = (files: readonly WrittenFile[]): string =>
  [...files.flatMap(({ file, objects }) => [file, ...objects.map((object) => `  ${object}`)]), `${files.reduce((sum, { objects }) => sum + objects.length, 0)} objects in ${files.length} files`].join('\n')

/** `stack synth`: the manifests into the folder that cdk8s.yaml names. */
export const synthVerb = async ({ host, options, output, signal }: Context): Promise<Exit> => {
  const { app, output: folder } = await appSettings(host.root)
  await runApp(host, app, { env: options.env, folder: resolve(host.root, folder), signal })
  const files = await written(host.root, folder)
  output.emit({ type: 'result', result: 'synth', value: files })
  output.print(writtenText(files))
  return 'ok'
}
