import { z } from 'zod'

import { RunRefused } from './errors.ts'
import type { Manifest } from './manifests.ts'

/** An app, as far as its Deployment tells how it is run anywhere. */
export interface AppDescription {
  /** Its Dapr app id. */
  readonly id: string
  /** The port it listens on, offset included. */
  readonly port: number
  /** What its container sets; what comes from Secrets is not there. */
  readonly env: Readonly<Record<string, string>>
  /** The path that says whether it is ready. */
  readonly readyPath: string
  /** Name of its Dapr Configuration. */
  readonly configuration: string | undefined
  /** How its sidecar watches it: flags of daprd, which have the names of the annotations. */
  readonly health: Readonly<Record<string, string>>
  readonly namespace: string
  /** Commands to try, `{app-id}` standing for the address of that app. */
  readonly examples: readonly string[]
}

/** One app of the run. */
export interface AppPlan extends AppDescription {
  /** Its source, and arguments, from the checkout: `service/x/main.ts`. */
  readonly program: readonly [source: string, ...args: readonly string[]]
}

const Container = z.object({
  command: z.array(z.string()).default([]),
  args: z.array(z.string()).default([]),
  env: z.array(z.object({ name: z.string(), value: z.string().optional() })).default([]),
  readinessProbe: z.object({ httpGet: z.object({ path: z.string() }) }).optional(),
})

const Annotations = z.looseObject({ 'dapr.io/app-id': z.string().optional(), 'dapr.io/app-port': z.string().optional(), 'dapr.io/config': z.string().optional() })

const Deployment = z.object({
  metadata: z.object({ name: z.string(), namespace: z.string().default('default'), annotations: z.record(z.string(), z.string()).default({}) }),
  spec: z.object({
    template: z.object({
      metadata: z.object({ annotations: Annotations.default({}) }),
      spec: z.object({ containers: z.array(Container).min(1) }),
    }),
  }),
})

const healthAnnotation = /^dapr\.io\/(enable-app-health-check|app-health-.+)$/

const healthOf = (annotations: Readonly<Record<string, unknown>>): Record<string, string> =>
  Object.fromEntries(Object.entries(annotations).flatMap(([name, value]) => {
    const flag = healthAnnotation.exec(name)?.[1]
    return flag === undefined ? [] : [[flag, String(value)]]
  }))

/**
 * The source of a program of the image.
 * @throws RunRefused for one whose source is not known
 */
const programOf = (app: string, command: readonly string[]): AppPlan['program'] => {
  const [node, program, ...args] = command
  if (node === 'node' && program && /\.[jt]s$/.test(program)) return [program.replace(/\.js$/, '.ts'), ...args]
  throw new RunRefused(`${app} is started by "${command.join(' ')}": a local run knows "node <path>.js" and "node <path>.ts" only, whose source is <path>.ts; change the command in infra/`)
}

const portOf = (app: string, annotation: string | undefined, offset: number): number => {
  const port = Number(annotation) + offset
  if (port >= 1 && port <= 65_535) return port
  throw new RunRefused(`${app} would listen on port ${port}, which does not exist: give a --port-offset below ${65_536 - Number(annotation)}`)
}

const read = (deployment: Manifest, portOffset: number): { readonly app: AppDescription; readonly command: readonly string[] } => {
  const { metadata, spec: { template } } = Deployment.parse(deployment)
  const { 'dapr.io/app-id': id, 'dapr.io/app-port': port, 'dapr.io/config': configuration } = template.metadata.annotations
  const container = template.spec.containers[0]
  if (id === undefined || container === undefined) throw new RunRefused(`Deployment ${metadata.name} has no Dapr app id, so a local run cannot start it: leave it out of the local environment`)
  const app: AppDescription = {
    id,
    port: portOf(id, port, portOffset),
    env: Object.fromEntries(container.env.flatMap(({ name, value }) => (value === undefined ? [] : [[name, value]]))),
    readyPath: container.readinessProbe?.httpGet.path ?? '/',
    configuration,
    health: healthOf(template.metadata.annotations),
    namespace: metadata.namespace,
    examples: metadata.annotations['dapr-stack/examples']?.split('\n') ?? [],
  }
  return { app, command: [...container.command, ...container.args] }
}

/**
 * What a Deployment with a Dapr sidecar says of its app.
 * @throws RunRefused when it has none
 */
export const describeApp = (deployment: Manifest): AppDescription => read(deployment, 0).app

/**
 * What a Deployment with a Dapr sidecar says about running its app.
 * @throws RunRefused when it says what only a cluster can do
 */
export const planApp = (deployment: Manifest, portOffset: number): AppPlan => {
  const { app, command } = read(deployment, portOffset)
  return { ...app, program: programOf(app.id, command) }
}
