import type { Context } from './context.ts'
import type { Exit } from './errors.ts'
import type { flags } from './options.ts'

/** A verb of `stack`: an entry of the command table. A verb of two words stands after the one that its first word is. */
export interface Verb {
  readonly name: string
  /** One line for the list of verbs. */
  readonly summary: string
  /** A command line that shows its use, after `stack`. */
  readonly example: string
  /** What it takes beside the flags, in commander's words. Default: nothing. */
  readonly operands?: string
  /** The flags it takes. */
  readonly takes: readonly (keyof typeof flags)[]
  /** Loads what does the work; only the verb that runs is loaded. */
  readonly load: () => Promise<(context: Context) => Promise<Exit>>
}

const cluster = ['json', 'kubeconfig'] as const
const deployed = [...cluster, 'namespace', 'stack'] as const

/** All verbs, in the order of `--help`. */
export const verbs: readonly Verb[] = [
  {
    name: 'synth',
    summary: 'write the manifests, or files to run without a cluster',
    example: 'synth --env kafka --target compose',
    takes: ['env', 'target', 'json'],
    load: async () => (await import('./synth/verb.ts')).synthVerb,
  },
  {
    name: 'lint',
    summary: 'whether YAML files keep the rules, also those that others wrote',
    example: 'lint components k8s/deployment.yaml',
    operands: '<files...>',
    takes: ['json'],
    load: async () => (await import('./lint/verb.ts')).lintVerb,
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
    takes: ['env', 'yes', 'acceptContractChanges', 'timeout', 'build', 'undelivered', 'canary', 'upTarget', ...cluster],
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
    name: 'doctor',
    summary: 'what is wrong with a stack, or with a namespace: each finding with evidence and one fix',
    example: 'doctor --namespace shop',
    takes: deployed,
    load: async () => (await import('./doctor/verb.ts')).doctorVerb,
  },
  {
    name: 'logs',
    summary: 'what apps and sidecars write, merged by time',
    example: 'logs --app shop --since 5m --follow',
    takes: ['app', 'task', 'trace', 'follow', 'since', 'tail', ...deployed],
    load: async () => (await import('./logs/verb.ts')).logsVerb,
  },
  {
    name: 'verify',
    summary: 'judge the running stack by its success criteria, each line with evidence or a cause',
    example: 'verify --html report.html',
    takes: [...deployed, 'patience', 'junit', 'html', 'controls', 'env', 'timeout'],
    load: async () => (await import('./verify/verb.ts')).verifyVerb,
  },
  {
    name: 'why',
    summary: 'what became of one thing: all that is known of it by time, and the first step that is missing, with its cause',
    example: 'why order/7f3c',
    operands: '<kind/id>',
    takes: [...deployed, 'since', 'upTarget', 'portOffset'],
    load: async () => (await import('./why/verb.ts')).whyVerb,
  },
  {
    name: 'graph',
    summary: 'draw apps, components, topics, subscriptions, invocations, jobs, secrets; declared, or as they run',
    example: 'graph --live --out stack.svg',
    takes: ['env', ...deployed, 'live', 'format', 'out'],
    load: async () => (await import('./graph/verb.ts')).graphVerb,
  },
  {
    name: 'dashboard',
    summary: 'a page on this machine that shows the running stack as it is: what is wrong, what flows, dead letters, logs',
    example: 'dashboard --port 8888 --allow-writes',
    takes: [...deployed, 'port', 'allowWrites'],
    load: async () => (await import('./dashboard/verb.ts')).dashboardVerb,
  },
  {
    name: 'secrets',
    summary: 'the Secrets that the config names, and whether they are there',
    example: 'secrets --env production --exit-code',
    takes: ['env', ...cluster, 'exitCode'],
    load: async () => (await import('./secrets/list.ts')).secretsVerb,
  },
  {
    name: 'secrets create',
    summary: 'make Secrets that are missing; what is there is never written again',
    example: 'secrets create --from-file broker/password=password.txt --generate api-token/token',
    takes: ['env', 'fromFile', 'fromStdin', 'generate', ...cluster],
    load: async () => (await import('./secrets/create.ts')).createVerb,
  },
  {
    name: 'secrets rotate',
    summary: 'put a Secret of another name in the place of one, for the next up',
    example: 'secrets rotate api-token --generate api-token/token',
    takes: ['env', 'fromFile', 'fromStdin', 'generate', ...cluster],
    operands: '<name>',
    load: async () => (await import('./secrets/rotate.ts')).rotateVerb,
  },
  {
    name: 'down',
    summary: 'remove what up applied, and wait until it is gone',
    example: 'down --yes',
    takes: ['yes', 'data', 'timeout', ...deployed],
    load: async () => (await import('./down/verb.ts')).downVerb,
  },
]
