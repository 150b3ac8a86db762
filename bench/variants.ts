import type { SubjectSpec } from './subject.ts'

/** The same service, set otherwise. */
export const variants = ['plain', 'sdk'] as const
export type Variant = (typeof variants)[number]

/** The built program, as the image has it. */
const program = 'build/service/task-api/main.js'

export const service: SubjectSpec = { name: 'service', target: 'service', program }

const environments: Readonly<Record<Variant, Readonly<Record<string, string>>>> = {
  /** Each call to the sidecar on its own. */
  plain: { SIDECAR_BATCHES: 'off' },
  /** Over Dapr's own client. */
  sdk: { SIDECAR_CLIENT: 'dapr-sdk' },
}

export const variantSpec = (variant: Variant): SubjectSpec => ({ ...service, name: variant, env: environments[variant] })

/** The same, writing a CPU profile into the folder when it ends. */
export const profiled = (spec: SubjectSpec, folder: string): SubjectSpec => ({ ...spec, env: { ...spec.env, NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${folder}/${spec.name.replaceAll(/\W+/g, '-')}` } })
