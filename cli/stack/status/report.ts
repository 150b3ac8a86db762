import { type KubeObject, type ObjectRef, shortName } from '../../kube/port.ts'
import type { Paint } from '../output/colours.ts'

/** What `status` knows of an app. */
export interface AppStatus {
  readonly app: string
  /** Ready pods of all. */
  readonly pods: readonly [ready: number, all: number]
  readonly restarts: number
  /** Versions of the sidecars that answered. */
  readonly sidecars: readonly string[]
  /** Components that every sidecar has loaded, of those that it should. */
  readonly components: readonly [loaded: number, declared: number]
  readonly subscriptions: readonly [listed: number, declared: number]
  /** What is wrong, in words. */
  readonly troubles: readonly string[]
}

/** What `status` shows. */
export interface StackStatus {
  readonly stack: string
  readonly namespace: string
  readonly cluster: string
  readonly apps: readonly AppStatus[]
  /** What was changed in the cluster after `up`, in words. */
  readonly drift: readonly string[]
}

const others = /^(kubectl|Mozilla|helm|k9s|Lens)/

/** Who changed an object of the inventory by hand after `up`, as far as it still shows. Pure. */
export const touched = (ref: ObjectRef, live: KubeObject | undefined): string[] => {
  if (!live) return [`${shortName(ref)} is gone`]
  const entries = (live.metadata.managedFields ?? []).filter(({ manager = '' }) => others.test(manager))
  return entries.map(({ manager, time }) => `${shortName(ref)} was changed by ${manager ?? 'unknown'}${time === undefined ? '' : ` at ${time}`}`)
}

const table = (rows: readonly (readonly string[])[]): string[] => {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  return rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ').trimEnd())
}

/** Whether an app has all its pods ready, a sidecar that answers, and all that it should have loaded. */
export const isWhole = ({ pods, components, subscriptions, sidecars }: AppStatus): boolean =>
  pods[0] === pods[1] && pods[1] > 0 && sidecars.length > 0 && components[0] === components[1] && subscriptions[0] >= subscriptions[1]

const of = ([some, all]: readonly [number, number]): string => `${some}/${all}`

/** The status as one screen. Pure. */
export const statusText = ({ stack, namespace, cluster, apps, drift }: StackStatus, paint: Paint): string => {
  const head = ['', 'APP', 'PODS', 'RESTARTS', 'SIDECAR', 'COMPONENTS', 'SUBSCRIPTIONS']
  const rows = apps.map((one) => [isWhole(one) ? '✓' : '✗', one.app, of(one.pods), String(one.restarts), one.sidecars.join(', ') || 'none', of(one.components), of(one.subscriptions)])
  const [header = '', ...lines] = table([head, ...rows])
  const painted = lines.map((line, index) => paint(apps[index] && isWhole(apps[index]) ? 'green' : 'red', line.slice(0, 1)) + line.slice(1))
  const troubles = apps.flatMap(({ app, troubles: words }) => words.map((word) => `  ${app}: ${word}`))
  const drifts = drift.length === 0 ? ['no drift since the last up'] : ['drift:', ...drift.map((word) => paint('magenta', `  ${word}`))]
  return [`${paint('bold', stack)} in namespace ${namespace}, Kubernetes ${cluster}`, paint('gray', header), ...painted, ...troubles, ...drifts].join('\n')
}
