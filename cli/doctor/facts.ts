import type { WorkloadThing } from '../../infra/rules/thing.ts'
import { mapOf, scalarOf, truthy, valueAt } from '../../infra/rules/values.ts'
import { appOf, containersOf, hasDaprd, type Pod, podsWith, sidecarContainer, statusesOf } from '../stack/up/pods.ts'
import type { Evidence, SidecarEvidence } from './evidence.ts'
import { keys } from './keys.ts'

type Labels = Readonly<Record<string, unknown>>

const holds = (selector: Labels, labels: Labels): boolean => Object.keys(selector).length > 0 && Object.entries(selector).every(([name, value]) => labels[name] === value)

/** Services that lead to pods with these labels. */
export const servicesOf = ({ objects }: Evidence, labels: Labels): string[] =>
  objects.filter((object) => object.kind === 'Service' && holds(mapOf(valueAt(object, ['spec', 'selector'])), labels)).map(({ metadata }) => metadata.name)

/** The workload that makes a pod. */
export const workloadOf = ({ things }: Evidence, { metadata }: Pod): WorkloadThing | undefined =>
  things.workloads.find(({ body }) => holds(mapOf(valueAt(body, ['spec', 'selector', 'matchLabels'])), metadata.labels))

export const subjectOf = ({ kind, name }: Pick<WorkloadThing, 'kind' | 'name'>): string => `${kind}/${name}`

/** `Deployment/shop` of a pod of it, or the pod itself. */
export const podSubject = (evidence: Evidence, pod: Pod): string => {
  const workload = workloadOf(evidence, pod)
  return workload ? subjectOf(workload) : `Pod/${pod.metadata.name}`
}

export const appIdOf = ({ annotations, name }: WorkloadThing): string | undefined => (truthy(annotations['dapr.io/enabled']) ? (scalarOf(annotations['dapr.io/app-id']) ?? name) : undefined)

/** What no longer works where the pods of a workload do not. */
export const workloadKeys = (evidence: Evidence, workload: WorkloadThing): string[] => {
  const app = appIdOf(workload)
  return [keys.workload(subjectOf(workload)), ...(app === undefined ? [] : [keys.app(app)]), ...servicesOf(evidence, workload.labels).map(keys.service)]
}

export const podKeys = (evidence: Evidence, pod: Pod): string[] => {
  const app = appOf(pod)
  return [keys.workload(podSubject(evidence, pod)), ...(app === undefined ? [] : [keys.app(app)]), ...servicesOf(evidence, pod.metadata.labels).map(keys.service)]
}

/** Pods that are not on their way out. */
export const livePods = ({ pods }: Evidence): Pod[] => podsWith(pods, {})

/** Whether a pod has, or wants, a sidecar. */
export const isDaprPod = (pod: Pod): boolean => hasDaprd(pod) || truthy(pod.metadata.annotations['dapr.io/enabled'])

/** Pods of which something is so, by the workload that makes them. */
export const byWorkload = (evidence: Evidence, pods: readonly Pod[]): Map<string, Pod[]> => Map.groupBy(pods, (pod) => podSubject(evidence, pod))

/** All apps that anything is known of. */
export const everyApp = ({ graph, things, sidecars }: Evidence): string[] => {
  const ids = [...(graph?.apps ?? []).map(({ id }) => id), ...things.apps.map(({ id }) => id), ...sidecars.map(({ app }) => app)]
  return [...new Set(ids)].map(keys.app)
}

/** All components that anything is known of. */
export const everyComponent = ({ graph, things }: Evidence): string[] => [...new Set([...(graph?.components ?? []), ...things.components].map(({ name }) => name))].map(keys.component)

/** The apps that use a component: by the graph, else by its scopes, else all that there are. */
export const usersOf = ({ graph, things, sidecars }: Evidence, component: string): string[] => {
  const declared = graph?.components.find(({ name }) => name === component)?.users
  const scopes = things.components.find(({ name }) => name === component)?.scopes ?? []
  const all = [...new Set([...things.apps.map(({ id }) => id), ...sidecars.map(({ app }) => app)])]
  return [...new Set([...(declared ?? []), ...(scopes.length > 0 ? scopes : all)])]
}

/** What no longer works where a component does not. */
export const componentKeys = (evidence: Evidence, component: string): string[] => [keys.component(component), ...usersOf(evidence, component).map(keys.app)]

const addressItems = ['redisHost', 'brokers', 'natsURL', 'connectionString', 'url', 'hosts']

/** Where a component finds what stands behind it, as far as it says so in plain text. */
export const hostOf = ({ things }: Pick<Evidence, 'things'>, component: string): string | undefined => {
  const entries = things.components.find(({ name }) => name === component)?.entries ?? []
  const value = entries.find(({ name }) => addressItems.includes(name))?.value
  const [, host] = /^(?:[\w+.-]+:\/\/)?(?:[^@/,]*@)?([\w.-]+)/.exec(value ?? '') ?? []
  return host
}

/** The Service of the namespace behind a component. */
export const serviceBehind = (evidence: Pick<Evidence, 'things' | 'namespace'>, component: string): string | undefined => {
  const [name = '', namespace = evidence.namespace] = (hostOf(evidence, component) ?? '').split('.')
  return name !== '' && namespace === evidence.namespace ? name : undefined
}

/** Characters of a message that are shown of its two ends: what it is about, and the cause, which Go's errors put last. */
const ends = { first: 100, last: 240 } as const
const fields = /(?:^|\s)(?:msg=(?:"((?:[^"\\]|\\.)*)"|(\S+)))/

/** What a line of a sidecar's log says, without what logs write around it. */
export const messageOf = (line: string): string => {
  const [, quoted, bare] = fields.exec(line) ?? []
  const message = quoted?.replaceAll(/\\(["\\])/g, '$1') ?? bare ?? /"msg":"((?:[^"\\]|\\.)*)"/.exec(line)?.[1] ?? line
  return message.length > ends.first + ends.last ? `${message.slice(0, ends.first)} … ${message.slice(-ends.last)}` : message
}

/** Lines of a sidecar's log, but for the calls that it logs. */
export const sidecarLines = ({ log = [] }: SidecarEvidence): string[] => log.filter((line) => !/HTTP API Called|gRPC API Called/.test(line)).map(messageOf)

/** The latest line of it that fits. */
export const lastLine = (sidecar: SidecarEvidence, pattern: RegExp): string | undefined => sidecarLines(sidecar).findLast((line) => pattern.test(line))

/** Whether the sidecar of a pod keeps ending. */
export const endsAgain = ({ status }: Pod): boolean =>
  [...status.containerStatuses, ...status.initContainerStatuses].some(({ name, ready, restartCount, state }) => name === sidecarContainer && !ready && (restartCount > 0 || state.terminated !== undefined))

/** Whether everything in a pod but its sidecar runs, and has not ended before. */
export const appRuns = (pod: Pod): boolean =>
  containersOf(pod).filter(({ name }) => name !== sidecarContainer).every(({ name }) => statusesOf(pod).some((status) => status.name === name && status.state.running !== undefined && (status.ready || status.restartCount === 0)))
