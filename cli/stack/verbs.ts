import type { Context } from './context.ts'
import type { Exit } from './errors.ts'
import type { Options } from './options.ts'

/** A verb of `stack`: an entry of the command table. */
export interface Verb {
  readonly name: string
  /** One line for the list of verbs. */
  readonly summary: string
  /** A command line that shows its use, after `stack`. */
  readonly example: string
  /** The flags it takes. */
  readonly takes: readonly (keyof Options)[]
  /** Loads what does the work; only the verb that runs is loaded. */
  readonly load: () => Promise<(context: Context) => Promise<Exit>>
}

const cluster = ['json', 'kubeconfig'] as const
const deployed = [...cluster, 'namespace', 'stack'] as const

/** All verbs, in the order of `--help`. */
export const verbs: readonly Verb[] = [
  {
    name: 'synth',
    summary: 'write the manifests',
    example: 'synth --env kafka',
    takes: ['env', 'json'],
    load: async () => (await import('./synth/verb.ts')).synthVerb,
  },
  {
    name: 'diff',
    summary: 'what up would change, field by field, and what has drifted',
    example: 'diff --env dev --exit-code',
    takes: ['env', ...cluster, 'exitCode'],
    load: async () => (await import('./diff/verb.ts')).diffVerb,
  },
  {
    name: 'up',
    summary: 'make the cluster what the config says, and wait until it works',
    example: 'up --env dev --yes',
    takes: ['env', 'yes', 'timeout', 'build', 'undelivered', 'target', ...cluster],
    load: async () => (await import('./up/verb.ts')).upVerb,
  },
  {
    name: 'status',
    summary: 'one screen: apps, pods, sidecars, components, subscriptions, what was changed by hand',
    example: 'status --watch',
    takes: [...deployed, 'watch'],
    load: async () => (await import('./status/verb.ts')).statusVerb,
  },
  {
    name: 'down',
    summary: 'remove what up applied, and wait until it is gone',
    example: 'down --yes',
    takes: ['yes', 'data', 'timeout', ...deployed],
    load: async () => (await import('./down/verb.ts')).downVerb,
  },
]
