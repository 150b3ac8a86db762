import { join, relative } from 'node:path'

import { z } from 'zod'

import { drainVariable } from '../../../../config/define/index.ts'
import type { KubeObject } from '../../../kube/port.ts'
import { planApp } from '../../../local/app-plan.ts'
import { RunRefused } from '../../../local/errors.ts'
import type { Desired } from '../../desired.ts'
import { StackError } from '../../errors.ts'
import { configurationPath, resourcesFolder, secretsFile, selfHosted, sidecarFilesOf, yamlText } from '../self-hosted.ts'
import type { TargetFiles } from '../target.ts'
import { onThisMachine, serversIn } from './addresses.ts'

const runFile = 'dapr.yaml'
/** Where `dapr init` puts the scheduler. */
const schedulerAddress = 'localhost:50006'

/** How a sidecar watches its app: daprd's flags in the words of the run file. */
const Health = z
  .object({
    'enable-app-health-check': z.stringbool().optional(),
    'app-health-check-path': z.string().optional(),
    'app-health-probe-interval': z.coerce.number().optional(),
    'app-health-probe-timeout': z.coerce.number().optional(),
    'app-health-threshold': z.coerce.number().optional(),
  })
  .transform((flags) => ({
    enableAppHealthCheck: flags['enable-app-health-check'],
    appHealthCheckPath: flags['app-health-check-path'],
    appHealthProbeInterval: flags['app-health-probe-interval'],
    appHealthProbeTimeout: flags['app-health-probe-timeout'],
    appHealthThreshold: flags['app-health-threshold'],
  }))

const programOf = (deployment: KubeObject): readonly string[] => {
  try {
    return planApp({ ...deployment, metadata: { name: deployment.metadata.name } }, 0).program
  } catch (error) {
    if (error instanceof RunRefused) throw new StackError('usage', error.message, 'or choose another --target', { cause: error })
    throw error
  }
}

const needs = (objects: readonly KubeObject[]): string[] => [
  ...serversIn(objects).map(({ name, ports }) => `needs ${name} at ${ports.map((port) => `localhost:${port}`).join(', ')}`),
  ...objects.filter(({ kind }) => kind === 'Job').map(({ metadata }) => `needs there what Job/${metadata.name} makes`),
]

/**
 * The stack for `dapr run -f`: apps from their source, with the servers that are on this machine. `root` is the folder of the stack,
 * `folder` where the files go, from there.
 * @throws StackError when the manifests need what only a cluster has, or an app has no source that is known
 */
export const runFiles = (desired: Desired, root: string, folder: string): TargetFiles => {
  const { objects } = desired
  const stack = selfHosted(desired, join(root, folder, secretsFile))
  const servers = serversIn(objects)
  const deployments = objects.filter(({ kind }) => kind === 'Deployment')
  const apps = stack.apps.map(({ id, port, env, health }, index) => ({
    appID: id,
    // Of an app all paths start there.
    appDirPath: relative(folder, '.') || '.',
    appPort: port,
    command: ['node', ...deployments.slice(index, index + 1).flatMap(programOf)],
    env: { ...env, [drainVariable]: '0' },
    resourcesPaths: [join(folder, resourcesFolder)],
    configFilePath: join(folder, configurationPath(id)),
    ...(stack.hasJobs && { schedulerHostAddress: schedulerAddress }),
    ...Health.parse(health),
  }))
  return {
    files: [
      { path: runFile, text: yamlText({ version: 1, apps }), objects: apps.map(({ appID }) => appID) },
      ...sidecarFilesOf({ ...stack, resources: stack.resources.map((resource) => onThisMachine(resource, servers)) }),
    ],
    ...(stack.readsSecrets && { secretsFile }),
    // By npx, whose PATH has the Node of package.json first.
    next: [...needs(objects), `npx -c "dapr run -f ${folder}"`],
  }
}
