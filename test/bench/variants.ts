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

export const variantSpec = (variant: Variant): SubjectSpec => ({ ...service, name: `service, ${variant}`, env: environments[variant] })
