import { z } from 'zod'

import { dnsLabel } from '../../config/define/index.ts'
import { defaultNamespace } from './namespace-of.ts'

/** What the settings of a synth can be. */
export interface SynthChoices<E extends string> {
  /** Names of the environments; the first is what a synth of nothing set is. */
  readonly environments: readonly [E, ...(readonly E[])]
  /** The image of the apps where STACK_IMAGE is not set. */
  readonly image: string
}

/** Settings of a synth: which environment, which namespace, which image. */
export interface SynthSettings<E extends string = string> {
  readonly environment: E
  readonly namespace: string
  readonly image: string
}

/** A variable of the environment has a value that cannot be used; `message` names each of them, one a line. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError'
}

const pinnedImage = /^(?!.*:latest$)[^\s:@]+(:\d+\/[^\s:@]+)?(:[\w.-]+|@sha256:[0-9a-f]{64})$/

const settingsSchema = <E extends string>({ environments, image }: SynthChoices<E>) => {
  const isEnvironment = (name: string): name is E => environments.some((known) => known === name)
  return z.object({
    STACK_ENV: z
      .string()
      .default(environments[0])
      .refine(isEnvironment, { error: ({ input }) => `"${String(input)}" is no environment; use one of ${environments.join(', ')}` }),
    STACK_NAMESPACE: z
      .string()
      .regex(dnsLabel.pattern, { error: ({ input }) => `"${String(input)}" is no namespace; use ${dnsLabel.words}` })
      .default(defaultNamespace),
    STACK_IMAGE: z
      .string()
      .regex(pinnedImage, { error: ({ input }) => `"${String(input)}" is no pinned image; use name:tag or name@sha256:…, such as ${image}` })
      .default(image),
  })
}

/**
 * Reads the settings of a synth from an environment: STACK_ENV, STACK_NAMESPACE (default `default`), STACK_IMAGE.
 * @throws SettingsError naming every wrong variable
 */
export const readSynthSettings = <const E extends string>(env: Readonly<Record<string, string | undefined>>, choices: SynthChoices<E>): SynthSettings<E> => {
  const result = settingsSchema(choices).safeParse(env)
  if (!result.success) throw new SettingsError(result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('\n'))
  const { STACK_ENV, STACK_NAMESPACE, STACK_IMAGE } = result.data
  return { environment: STACK_ENV, namespace: STACK_NAMESPACE, image: STACK_IMAGE }
}
