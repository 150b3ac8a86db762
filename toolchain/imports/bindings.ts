import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { moduleSource } from '../modules.ts'
import { run } from '../run.ts'
import { erasable } from './erasable.ts'

const cdk8s = fileURLToPath(new URL('../../node_modules/.bin/cdk8s', import.meta.url))

/** Writes `dapr.io.ts`, the typed bindings of all custom resources of the pinned Dapr version, into `folder`. */
export async function writeDaprBindings(folder: string): Promise<void> {
  const work = await mkdtemp(join(tmpdir(), 'dapr-crds-'))
  try {
    const bundle = join(work, 'dapr.yaml')
    await writeFile(bundle, await daprCustomResources())
    await run(cdk8s, ['import', bundle, '--language', 'typescript', '--output', folder, '--no-save', '--check-upgrade=false'], { cwd: work })
    const bindings = join(folder, 'dapr.io.ts')
    await writeFile(bindings, erasable(await readFile(bindings, 'utf8')))
  } finally {
    await rm(work, { recursive: true })
  }
}

/** All CRDs of the pinned Dapr version as one bundle: cdk8s keeps only the last of several files of one API group. */
export async function daprCustomResources(): Promise<string> {
  const folder = join(await moduleSource('dapr'), 'charts/dapr/crds')
  const files = (await readdir(folder)).filter((name) => name.endsWith('.yaml')).sort()
  const texts = await Promise.all(files.map((name) => readFile(join(folder, name), 'utf8')))
  return texts.map((text) => text.trimEnd()).join('\n---\n') + '\n'
}
