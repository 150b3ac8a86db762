import type { SubjectSpec } from './subject.ts'

/** What runs beside the service: the same, set otherwise, or what does the least. */
export const variants = ['plain', 'sdk', 'minimal'] as const
export type Variant = (typeof variants)[number]

/** The built program, as the image has it. */
const program = 'build/service/task-api/main.js'

export const service: SubjectSpec = { name: 'service', target: 'service', program }

const specs: Readonly<Record<Variant, Partial<SubjectSpec>>> = {
  /** Each call to the sidecar on its own. */
  plain: { env: { SIDECAR_BATCHES: 'off' } },
  /** Over Dapr's own client. */
  sdk: { env: { SIDECAR_CLIENT: 'dapr-sdk' } },
  /** The limit's calls behind Fastify, without the lists that tell when an event came. */
  minimal: { program: 'bench/minimal/main.ts', lacks: ['event'] },
}

export const variantSpec = (variant: Variant): SubjectSpec => ({ ...service, name: variant, ...specs[variant] })

/** The same, writing a CPU profile into the folder when it ends. */
export const profiled = (spec: SubjectSpec, folder: string): SubjectSpec => ({ ...spec, env: { ...spec.env, NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${folder}/${spec.name.replaceAll(/\W+/g, '-')}` } })
