import { readSynthSettings, type SynthSettings } from './constructs/index.ts'
import { images } from './images.ts'
import { type EnvironmentName, environments } from './tasks/environments.ts'

const { dev: _, ...others } = environments

/**
 * Reads the settings of a synth: STACK_ENV (default `dev`), STACK_NAMESPACE (default `default`), STACK_IMAGE (default
 * `images.app`).
 * @throws SettingsError naming every wrong variable
 */
export const synthSettings = (env: Readonly<Record<string, string | undefined>>): SynthSettings<EnvironmentName> =>
  readSynthSettings(env, { environments: ['dev', ...namesOf(others)], image: images.app })

const namesOf = <T extends object>(record: T): (keyof T & string)[] => Object.keys(record) as (keyof T & string)[] // a literal has no other keys
