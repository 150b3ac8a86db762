import { randomBytes } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import type { KubeConfig } from '@kubernetes/client-node'
import { execa } from 'execa'
import { parseAllDocuments } from 'yaml'

import { type AnyObject, stackCluster } from '../../cli/kube/index.ts'
import { applyInto, type Deployment } from '../../cli/verify/index.ts'
import { type EnvironmentName, environments } from '../../infra/tasks/environments.ts'

export { type Deployment, removeNamespace, untilReady } from '../../cli/verify/index.ts'

/** A namespace name that no other run has. */
export const freshNamespace = (): string => `e2e-${randomBytes(4).toString('hex')}`

/** What `cdk8s synth` writes for an environment and a namespace, in the order in which `kubectl apply -f dist/` takes it. */
export const synthesized = async (environment: EnvironmentName, namespace: string): Promise<AnyObject[]> => {
  const folder = await mkdtemp(join(tmpdir(), 'dapr-stack-synth-'))
  try {
    await execa('cdk8s', ['synth', '--output', folder], {
      preferLocal: true,
      env: { STACK_ENV: environment, STACK_NAMESPACE: namespace, CDK8S_CHECK_UPGRADE: 'false' },
    })
    const files = (await readdir(folder)).sort()
    const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')))
    return texts.flatMap((text) => parseAllDocuments(text).map((document) => document.toJS() as AnyObject))
  } finally {
    await rm(folder, { recursive: true })
  }
}

export interface DeployOptions {
  readonly environment: EnvironmentName
  /** Makes what synth wrote into what is applied. @default - as it is */
  readonly change?: (objects: readonly AnyObject[]) => readonly AnyObject[]
}

/** Each app with one pod, where more would show nothing more. */
export const single = (objects: readonly AnyObject[]): readonly AnyObject[] => objects.map((object) => (object.kind === 'Deployment' ? { ...object, spec: { ...(object.spec as object), replicas: 1 } } : object))

/** The pods that there are then, with those of others. */
export const onePodEach = (...others: readonly string[]): Readonly<Record<string, number>> => Object.fromEntries([...Object.keys(environments.dev.apps), ...others].map((app) => [app, 1]))

/** Applies what synth writes, changed or not, to a fresh namespace. The pods need not be ready when it returns. */
export const deploy = async (config: KubeConfig, { environment, change = (objects) => objects }: DeployOptions): Promise<Deployment> => {
  const namespace = freshNamespace()
  const cluster = stackCluster(config, namespace)
  return applyInto(cluster, change(await synthesized(environment, namespace)))
}
