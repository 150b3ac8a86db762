import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'

import { stringify } from 'yaml'

import { errorCode } from '../../toolchain/errors.ts'
import type { AppPlan } from './app-plan.ts'
import type { Folder } from './folder.ts'
import type { Manifest } from './manifests.ts'
import { localSpec } from './name-resolution.ts'
import type { RunPlan } from './plan.ts'

/** The Configuration that the sidecar of an app starts with; `names` is the file of the run's names. */
export const configurationOf = ({ id, configuration }: AppPlan, configurations: readonly Manifest[], names: string) => {
  const own = configurations.find(({ metadata }) => metadata.name === configuration)
  return {
    apiVersion: 'dapr.io/v1alpha1',
    kind: 'Configuration',
    metadata: { name: configuration ?? id },
    spec: localSpec(own?.['spec'], names),
  }
}

const createSecrets = async (file: string): Promise<void> => {
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, '{}\n', { flag: 'wx', mode: 0o600 }).catch((error: unknown) => {
    if (errorCode(error) !== 'EEXIST') throw error
  })
}

/** Writes what the sidecars read. */
export const writeResources = async ({ apps, resources, configurations, secretFiles }: RunPlan, folder: Folder): Promise<void> => {
  await mkdir(folder.resources)
  // One a file: of a file with several, a sidecar reads no Resiliency, and does not say so.
  for (const [index, resource] of resources.entries()) await writeFile(resolve(folder.resources, `${index}.yaml`), stringify(resource))
  for (const app of apps) await writeFile(folder.configuration(app.id), stringify(configurationOf(app, configurations, folder.names)))
  for (const file of secretFiles) await createSecrets(resolve(folder.data, file))
}
