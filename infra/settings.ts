import { z } from 'zod'

import { dnsLabel } from '../config/define/index.ts'
import { images } from './images.ts'
import { type EnvironmentName, environments } from './tasks/environments.ts'
import { defaultNamespace } from './tasks/task-app.ts'

const environmentNames = Object.keys(environments)
const isEnvironment = (name: string): name is EnvironmentName => environmentNames.includes(name)

const Settings = z.object({
  STACK_ENV: z
    .string()
    .default('dev')
    .refine(isEnvironment, { error: ({ input }) => `"${String(input)}" is no environment; use one of ${environmentNames.join(', ')}` }),
  STACK_NAMESPACE: z
    .string()
    .regex(dnsLabel.pattern, {
      error: ({ input }) => `"${String(input)}" is no namespace; use ${dnsLabel.words}`,
    })
    .default(defaultNamespace),
  STACK_IMAGE: z
    .string()
    .regex(/^(?!.*:latest$)[^\s:@]+(:\d+\/[^\s:@]+)?(:[\w.-]+|@sha256:[0-9a-f]{64})$/, {
      error: ({ input }) => `"${String(input)}" is no pinned image; use name:tag or name@sha256:…, such as ${images.app}`,
    })
    .default(images.app),
})

/** Settings of a synth: which environment, which namespace, which image. */
export interface SynthSettings {
  readonly environment: EnvironmentName
  readonly namespace: string
  readonly image: string
}

/** A variable of the environment has a value that cannot be used; `message` names each of them, one a line. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError'
}

/**
 * Reads the settings of a synth: STACK_ENV (default `dev`), STACK_NAMESPACE (default `default`), STACK_IMAGE (default
 * `images.app`).
 * @throws SettingsError naming every wrong variable
 */
export const synthSettings = (env: Readonly<Record<string, string | undefined>>): SynthSettings => {
  const result = Settings.safeParse(env)
  if (!result.success) throw new SettingsError(result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('\n'))
  const { STACK_ENV, STACK_NAMESPACE, STACK_IMAGE } = result.data
  return { environment: STACK_ENV, namespace: STACK_NAMESPACE, image: STACK_IMAGE }
}
