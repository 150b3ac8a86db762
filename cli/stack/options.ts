import { z } from 'zod'

import { canaryType, dnsLabel } from '../../config/define/index.ts'
import { StackError } from './errors.ts'

const seconds = z.coerce.number({ error: 'give a whole number of seconds' }).int().min(1).max(86_400)
const label = z.string().regex(dnsLabel.pattern, { error: ({ input }) => `"${String(input)}" is no name; use ${dnsLabel.words}` })

const unitSeconds = { s: 1, m: 60, h: 3600, d: 86_400 } as const
const isUnit = (unit: string): unit is keyof typeof unitSeconds => unit in unitSeconds

/** What synth can write. */
export const synthTargets = ['kubernetes', 'compose', 'dapr-run'] as const

/** A time span such as `90s`, `5m`, `2h` or `1d`, as seconds. */
const span = z
  .string()
  .regex(/^[1-9]\d{0,6}[smhd]$/, { error: ({ input }) => `"${String(input)}" is no time span; use a number and s, m, h or d, such as 5m` })
  .transform((text) => {
    const unit = text.slice(-1)
    return Number(text.slice(0, -1)) * (isUnit(unit) ? unitSeconds[unit] : 1)
  })

/** What a graph is written as. */
export const formats = ['mermaid', 'dot', 'svg', 'png'] as const

/** Where `up` brings a stack. */
export const upTargets = ['cluster', 'local'] as const
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
  /** What a verb makes or brings up; which there are is the verb's. */
  target: z.string().optional(),
  build: z.boolean().default(false),
  undelivered: oneOf(fates).optional(),
  canary: z.boolean().default(true),
  exitCode: z.boolean().default(false),
  watch: z.boolean().default(false),
  data: z.boolean().default(false),
  app: z.string().optional(),
  task: z.string().min(1).optional(),
  trace: z.string().min(1).optional(),
  follow: z.boolean().default(false),
  since: span.optional(),
  portOffset: z.coerce.number({ error: 'give a number from 0 to 65535' }).int().min(0).max(65_535).optional(),
  tail: z.coerce.number({ error: 'give a whole number of lines' }).int().min(0).optional(),
  live: z.boolean().default(false),
  format: z.enum(formats, { error: ({ input }) => `"${String(input)}" is no format; use ${formats.join(', ')}` }).optional(),
  out: z.string().min(1).optional(),
  patience: seconds.default(30),
  junit: z.string().min(1).optional(),
  html: z.string().min(1).optional(),
  controls: z.boolean().default(false),
  acceptContractChanges: z.boolean().default(false),
  port: z.coerce.number({ error: 'give a port, 1 to 65535' }).int().min(1).max(65_535).optional(),
  allowWrites: z.boolean().default(false),
  fromFile: z.array(z.string()).default([]),
  fromStdin: z.string().optional(),
  generate: z.array(z.string()).default([]),
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

/**
 * What --target says, among the targets of a verb; the first of them where it says nothing.
 * @throws StackError where it is none of them
 */
export const targetOf = <const T extends readonly [string, ...string[]]>({ target = '' }: Options, targets: T): T[number] => {
  const found = target === '' ? targets[0] : targets.find((name) => name === target)
  if (found === undefined) throw new StackError('usage', `--target: "${target}" is no target; use one of ${targets.join(', ')}`, 'see --help')
  return found
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
  upTarget: { flags: '--target <name>', text: 'cluster, or local: on this machine, as npm start does (default: cluster)' },
  build: { flags: '--build', text: 'build the image of the apps with docker, podman or buildah, and load it into kind or push it' },
  undelivered: { flags: '--undelivered <wait|leave>', text: 'events that a broker that is left still has: wait until they are delivered, or give them up' },
  canary: { flags: '--no-canary', text: `do not prove that events flow: for apps that cannot answer the type ${canaryType}` },
  exitCode: { flags: '--exit-code', text: 'end with 3 when something would change, or is missing' },
  watch: { flags: '-w, --watch', text: 'show it again every two seconds' },
  live: { flags: '--live', text: 'of the running stack: what its sidecars have loaded, and what flowed since they started' },
  format: { flags: '--format <name>', text: `${formats.join(', ')} (default: what the name of --out says, else mermaid)` },
  out: { flags: '-o, --out <file>', text: 'file to write (default: standard output)' },
  patience: { flags: '--patience <seconds>', text: 'how long an expected effect may take (default: 30)' },
  junit: { flags: '--junit <file>', text: 'also write the verdicts as JUnit XML' },
  html: { flags: '--html <file>', text: 'also write a report as one HTML page' },
  controls: { flags: '--controls', text: 'also break what synth writes, in namespaces of its own, and see that each criterion notices' },
  data: { flags: '--data', text: 'remove volumes and the namespace too' },
  app: { flags: '--app <id>', text: 'lines of this app and its sidecar only' },
  task: { flags: '--task <id>', text: 'lines that hold this id only' },
  trace: { flags: '--trace <id>', text: 'lines of this trace only: its id, or a whole traceparent' },
  follow: { flags: '-f, --follow', text: 'go on with what is written from now on, until Ctrl-C' },
  since: { flags: '--since <span>', text: 'lines of the last 90s, 5m, 2h, 1d only (default: all that the cluster keeps)' },
  target: { flags: '--target <target>', text: 'manifests (kubernetes, the default), a compose file (compose), or a file for dapr run -f (dapr-run)' },
  tail: { flags: '--tail <n>', text: 'the last n lines only, of those that are wanted (default: all)' },
  portOffset: { flags: '--port-offset <n>', text: 'which local run: the --port-offset it was started with (default: 0)' },
  port: { flags: '--port <n>', text: 'port of the page (default: a free one)' },
  allowWrites: { flags: '--allow-writes', text: 'let the page replay dead letters (default: it only reads)' },
  acceptContractChanges: { flags: '--accept-contract-changes', text: 'go on where others cannot read what is written any more' },
  fromFile: { flags: '--from-file <name/key=file...>', text: 'a value from a file, without the line end at its end' },
  fromStdin: { flags: '--from-stdin <name/key>', text: 'a value from standard input, without the line end at its end' },
  generate: { flags: '--generate <name/key...>', text: 'a value of 32 random bytes, in base64url' },
} as const satisfies Readonly<Record<keyof Options | 'upTarget', Flag>>
