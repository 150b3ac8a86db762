import { z } from 'zod'

import type { Manifest } from './manifests.ts'

/** What a Deployment says about running one of its pods. */
export interface AppPlan {
  readonly id: string
  readonly program: string
  readonly env: Readonly<Record<string, string>>
  /** Variables that hold the name of the pod. */
  readonly podNameVariables: readonly string[]
  /** Flags of its sidecar, by the annotations. */
  readonly sidecarFlags: Readonly<Record<string, string>>
}

const EnvVar = z.object({
  name: z.string(),
  value: z.string().optional(),
  valueFrom: z.object({ fieldRef: z.object({ fieldPath: z.string() }).optional() }).optional(),
})

const Deployment = z.object({
  spec: z.object({
    template: z.object({
      metadata: z.object({ annotations: z.record(z.string(), z.string()) }),
      spec: z.object({ containers: z.array(z.object({ command: z.array(z.string()), env: z.array(EnvVar).default([]) })).min(1) }),
    }),
  }),
})

/** What the injector makes of annotations; those that are not here are about a pod. */
const flagOf: Readonly<Record<string, string>> = {
  'dapr.io/enable-app-health-check': 'enable-app-health-check',
  'dapr.io/app-health-check-path': 'app-health-check-path',
  'dapr.io/app-health-probe-interval': 'app-health-probe-interval',
  'dapr.io/app-health-probe-timeout': 'app-health-probe-timeout',
  'dapr.io/app-health-threshold': 'app-health-threshold',
  'dapr.io/app-max-concurrency': 'app-max-concurrency',
  'dapr.io/block-shutdown-duration': 'dapr-block-shutdown-duration',
  'dapr.io/graceful-shutdown-seconds': 'dapr-graceful-shutdown-seconds',
  'dapr.io/max-body-size': 'max-body-size',
}

const planOf = (manifest: Manifest): AppPlan => {
  const { metadata: { annotations }, spec: { containers } } = Deployment.parse(manifest).spec.template
  const { command, env } = containers[0] ?? { command: [], env: [] }
  const program = command.find((word) => word.endsWith('.js'))?.replace(/\.js$/, '.ts')
  const id = annotations['dapr.io/app-id']
  if (id === undefined || program === undefined) throw new Error(`Deployment ${manifest.metadata.name} is no Dapr app that Node runs: the harness has to learn how to start it`)
  return {
    id,
    program,
    env: Object.fromEntries(env.flatMap(({ name, value }) => (value === undefined ? [] : [[name, value]]))),
    podNameVariables: env.filter(({ valueFrom }) => valueFrom?.fieldRef?.fieldPath === 'metadata.name').map(({ name }) => name),
    sidecarFlags: Object.fromEntries(Object.entries(flagOf).flatMap(([annotation, flag]) => (annotations[annotation] === undefined ? [] : [[flag, annotations[annotation]]]))),
  }
}

/** The apps of the stack, from its Deployments. */
export const appPlans = (manifests: readonly Manifest[]): AppPlan[] => manifests.filter(({ kind }) => kind === 'Deployment').map(planOf)

const Job = z.object({ spec: z.object({ template: z.object({ spec: z.looseObject({}) }) }) })
const Containers = z.array(z.object({ command: z.array(z.string()) })).default([])

/** Main class and arguments of the programs that make the topics, from the Jobs that run them on a cluster. */
export const topicPrograms = (manifests: readonly Manifest[]): string[][] =>
  manifests.filter(({ kind }) => kind === 'Job').flatMap((manifest) => {
    const { initContainers, containers } = Job.parse(manifest).spec.template.spec
    return [...Containers.parse(initContainers), ...Containers.parse(containers)].map(({ command }) => command.slice(command.findIndex((word) => word.startsWith('org.apache.kafka.'))))
  })
