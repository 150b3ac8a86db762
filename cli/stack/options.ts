import { z } from 'zod'

import { dnsLabel } from '../../config/define/index.ts'
import { StackError } from './errors.ts'

const seconds = z.coerce.number().int().min(1).max(86_400)
const label = z.string().regex(dnsLabel.pattern, { error: ({ input }) => `"${String(input)}" is no name; use ${dnsLabel.words}` })

/** Where `up` brings a stack. */
export const targets = ['cluster', 'local'] as const
/** What `up` does about events that a broker it leaves has not delivered. */
export const fates = ['wait', 'leave'] as const

const oneOf = <const T extends readonly string[]>(values: T) => z.enum(values, { error: ({ input }) => `"${String(input)}" is none of ${values.join(', ')}` })

const Options = z.object({
  env: z.string().min(1).optional(),
  json: z.boolean().default(false),
  yes: z.boolean().default(false),
  kubeconfig: z.string().optional(),
  namespace: label.optional(),
  stack: label.optional(),
  timeout: seconds.default(300),
  target: oneOf(targets).default('cluster'),
  build: z.boolean().default(false),
  undelivered: oneOf(fates).optional(),
  exitCode: z.boolean().default(false),
  watch: z.boolean().default(false),
  data: z.boolean().default(false),
})

/** The options of all verbs; a verb takes those that its entry in the command table names. */
export type Options = z.infer<typeof Options>

/**
 * Checks what the command line gave.
 * @throws StackError naming every option whose value cannot be used
 */
export const optionsOf = (given: Readonly<Record<string, unknown>>): Options => {
  const { success, data, error } = Options.safeParse(given)
  if (success) return data
  const wrong = error.issues.map(({ path, message }) => `--${path.join('.')}: ${message}`).join('; ')
  throw new StackError('usage', wrong, 'see --help')
}

/** A flag of the command line, in commander's words. */
export interface Flag {
  readonly flags: string
  readonly text: string
}

/** Every flag of every verb, once. */
export const flags = {
  env: { flags: '--env <name>', text: 'environment to synthesize, given to the app as STACK_ENV (default: STACK_ENV, else what the app takes)' },
  json: { flags: '--json', text: 'a line of JSON for each event' },
  yes: { flags: '-y, --yes', text: 'do not ask' },
  kubeconfig: { flags: '--kubeconfig <file>', text: 'cluster (default: KUBECONFIG, else ~/.kube/config)' },
  namespace: { flags: '-n, --namespace <name>', text: 'namespace of the deployed stack (default: STACK_NAMESPACE, else default)' },
  stack: { flags: '--stack <name>', text: 'which stack, where the namespace has several' },
  timeout: { flags: '--timeout <seconds>', text: 'how long a wait may take (default: 300)' },
  target: { flags: '--target <name>', text: 'cluster, or local: on this machine, as npm start does (default: cluster)' },
  build: { flags: '--build', text: 'build the image of the apps with docker, podman or buildah, and load it into kind or push it' },
  undelivered: { flags: '--undelivered <wait|leave>', text: 'events that a broker that is left still has: wait until they are delivered, or give them up' },
  exitCode: { flags: '--exit-code', text: 'end with 3 when something would change' },
  watch: { flags: '-w, --watch', text: 'show it again every two seconds' },
  data: { flags: '--data', text: 'remove volumes and the namespace too' },
} as const satisfies Readonly<Record<keyof Options, Flag>>
