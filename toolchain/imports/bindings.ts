import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { moduleSource } from '../modules.ts'
import { run } from '../run.ts'
import { erasable } from './erasable.ts'

const cdk8s = fileURLToPath(new URL('../../node_modules/.bin/cdk8s', import.meta.url))

/** What cdk8s says to the linter of its users; ours does not look at what is generated. */
const lintRemark = /^\/\* eslint-(?:dis|en)able .*\*\/\n/gm

/** Writes the typed bindings of custom resources of one API group, which is what the file is named after, into `folder`. */
export async function writeBindings(folder: string, file: string, customResources: string): Promise<void> {
  const work = await mkdtemp(join(tmpdir(), 'crds-'))
  try {
    const bundle = join(work, 'bundle.yaml')
    await writeFile(bundle, customResources)
    await run(cdk8s, ['import', bundle, '--language', 'typescript', '--output', folder, '--no-save', '--check-upgrade=false'], { cwd: work })
    const bindings = join(folder, file)
    await writeFile(bindings, erasable(await readFile(bindings, 'utf8')).replaceAll(lintRemark, ''))
  } finally {
    await rm(work, { recursive: true })
  }
}

/** As one bundle: cdk8s keeps only the last of several files of one API group. */
async function bundled(folder: string, isWanted: (name: string) => boolean): Promise<string> {
  const files = (await readdir(folder)).filter(isWanted).sort()
  const texts = await Promise.all(files.map((name) => readFile(join(folder, name), 'utf8')))
  return texts.map((text) => text.trimEnd()).join('\n---\n') + '\n'
}

/** All custom resource definitions of the pinned Dapr version. */
export async function daprCustomResources(): Promise<string> {
  return bundled(join(await moduleSource('dapr'), 'charts/dapr/crds'), (name) => name.endsWith('.yaml'))
}

/** Those of the pinned KEDA version that say when there are more pods of a workload. */
export async function kedaCustomResources(): Promise<string> {
  const wanted = ['keda.sh_scaledobjects.yaml', 'keda.sh_triggerauthentications.yaml']
  return bundled(join(await moduleSource('keda'), 'config/crd/bases'), (name) => wanted.includes(name))
}
