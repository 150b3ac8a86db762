import { listOf, mapOf, textOf, valueAt } from '../../../infra/rules/values.ts'
import { failuresOf, fixFor } from '../../stack/up/failure.ts'
import { isReady, type Pod, sidecarContainer, stateText, statusesOf } from '../../stack/up/pods.ts'
import { rolloutOf } from '../../stack/up/rollout.ts'
import type { Evidence } from '../evidence.ts'
import { appIdOf, byWorkload, livePods, podKeys, podSubject, serviceBehind, servicesOf, subjectOf, workloadKeys } from '../facts.ts'
import { keys } from '../keys.ts'
import type { Rule, Seen } from '../rule.ts'

const eventsOf = ({ events }: Evidence, names: readonly string[], pattern: RegExp): string[] =>
  [...new Set(events.filter(({ object, reason, message }) => names.includes(object) && pattern.test(`${reason}: ${message}`)).map(({ reason, message }) => `${reason}: ${message}`))]

interface Stuck {
  readonly subject: string
  readonly container: string
  readonly why: string
  readonly pods: readonly Pod[]
}

/** Containers that Kubernetes cannot start for one of these reasons, a workload's pods together. */
const stuckFor = (evidence: Evidence, reason: RegExp): Stuck[] =>
  [...byWorkload(evidence, livePods(evidence))].flatMap(([subject, pods]) => {
    const failures = failuresOf(pods).filter(({ why }) => reason.test(why))
    const containers = Map.groupBy(failures, ({ container }) => container)
    return [...containers].map(([container, all]) => ({ subject, container, why: all[0]?.why ?? '', pods: pods.filter(({ metadata }) => all.some(({ pod }) => pod === metadata.name)) }))
  })

const seenStuck = (evidence: Evidence, { subject, container, why, pods }: Stuck): Pick<Seen, 'subject' | 'evidence' | 'breaks'> => ({
  subject,
  evidence: pods.map(({ metadata }) => `pod ${metadata.name}, container ${container}: ${why.replaceAll(/\s+/g, ' ')}`),
  breaks: [...new Set(pods.flatMap((pod) => podKeys(evidence, pod)))],
})

const imageOf = (pods: readonly Pod[], container: string): string => pods.flatMap(({ spec }) => [...spec.containers, ...spec.initContainers]).find(({ name }) => name === container)?.image ?? 'of unknown name'

const imagePull: Rule = {
  id: 'image-pull',
  title: 'images can be pulled',
  meaning: 'The container does not start, and its pod never becomes ready.',
  shows: 'Kubernetes says `ErrImagePull`, `ImagePullBackOff`, `InvalidImageName` or `ErrImageNeverPull` of a container.',
  mend: 'Push or load the image, correct its name, or give the pods the login of its registry.',
  look: (evidence): Seen[] =>
    stuckFor(evidence, /ImagePull|InvalidImageName|ErrImageNeverPull/).map((stuck) => ({
      ...seenStuck(evidence, stuck),
      what: `the image ${imageOf(stuck.pods, stuck.container)} of ${stuck.container} cannot be pulled`,
      fix: fixFor([stuck.why], 'name an image that is there'),
    })),
}

const containerConfig: Rule = {
  id: 'container-config',
  title: 'what containers are started with is there',
  meaning: 'The container cannot be made of what its pod says, such as a variable out of a Secret that is not there.',
  shows: 'Kubernetes says `CreateContainerConfigError`, `CreateContainerError` or `RunContainerError` of a container.',
  mend: 'Make the Secret or ConfigMap, or correct the pod.',
  look: (evidence): Seen[] =>
    stuckFor(evidence, /CreateContainer(Config)?Error|RunContainerError/).map((stuck) => ({ ...seenStuck(evidence, stuck), what: `${stuck.container} cannot be started`, fix: fixFor([stuck.why], 'correct what the message names') })),
}

/** What Kubernetes says where it makes no pods of a workload. */
const refusals = (evidence: Evidence): { readonly workload: Evidence['things']['workloads'][number]; readonly message: string }[] =>
  evidence.things.workloads.flatMap((workload) => {
    const conditions = listOf(valueAt(workload.body, ['status', 'conditions'])).map(mapOf)
    const condition = conditions.find(({ type, status }) => type === 'ReplicaFailure' && status === 'True')
    const own = textOf(condition?.['message'])
    const failed = eventsOf(evidence, [workload.name], /^FailedCreate:/)
    const isShort = Number(valueAt(workload.body, ['status', 'readyReplicas']) ?? 0) < Number(valueAt(workload.body, ['spec', 'replicas']) ?? 1)
    const message = own ?? (isShort && workload.kind !== 'Deployment' ? failed.at(-1) : undefined)
    return message === undefined ? [] : [{ workload, message }]
  })

const refusal = (rule: Omit<Rule, 'look'>, fits: (message: string) => boolean, said: (message: string, evidence: Evidence) => Pick<Seen, 'what' | 'fix'>): Rule => ({
  ...rule,
  look: (evidence) =>
    refusals(evidence).filter(({ message }) => fits(message)).map(({ workload, message }) => ({
      subject: subjectOf(workload),
      evidence: [message.replaceAll(/\s+/g, ' ')],
      ...said(message, evidence),
      about: /failed calling webhook/.test(message) ? [keys.injector] : [],
      breaks: workloadKeys(evidence, workload),
    })),
})

const isQuota = (message: string): boolean => /exceeded quota|must specify (limits|requests)|maximum (cpu|memory) usage/.test(message)
const isPolicy = (message: string): boolean => /violates PodSecurity|denied (the request|by)|ValidatingAdmissionPolicy|admission webhook .* denied/.test(message)

const quota = refusal(
  {
    id: 'quota',
    title: 'quotas leave room for the pods',
    meaning: 'The namespace takes no more pods, or no containers without limits: pods are missing, and nothing says so but the workload.',
    shows: 'The workload has the condition `ReplicaFailure` with `exceeded quota`, or a LimitRange is not kept.',
    mend: 'Raise the ResourceQuota, or ask for less. A sidecar without limits needs `dapr.io/sidecar-cpu-limit` and its like.',
  },
  isQuota,
  (message) => ({
    what: 'a quota of the namespace refuses its pods',
    fix: /must specify/.test(message) ? 'give every container what the quota asks for; the sidecar by dapr.io/sidecar-cpu-request, -cpu-limit, -memory-request, -memory-limit' : fixFor([message], 'raise the quota'),
  }),
)

const policy = refusal(
  {
    id: 'policy',
    title: 'policies admit the pods',
    meaning: 'Pod Security or another policy of the namespace refuses the pods, often because of the sidecar that was put in.',
    shows: 'The workload has the condition `ReplicaFailure` with `violates PodSecurity`, or an admission policy that denied it.',
    mend: 'Tighten the sidecar by its annotations and the settings of Dapr\'s chart, or label the namespace for a level that it keeps.',
  },
  isPolicy,
  (message, { namespace }) => {
    const ofSidecar = new RegExp(`containers? (?:"[^"]*", )*"${sidecarContainer}"`).test(message)
    return {
      what: `a policy of the namespace refuses its pods${ofSidecar ? ' for their sidecar' : ''}`,
      fix: ofSidecar ? `set dapr.io/sidecar-seccomp-profile-type: RuntimeDefault and dapr_sidecar_injector.sidecarDropALLCapabilities in Dapr's chart, or label ${namespace} for a level that the sidecar keeps` : fixFor([message], 'change the pods so that the policy admits them'),
    }
  },
)

const refused = refusal(
  { id: 'pods-refused', title: 'the cluster makes the pods', meaning: 'The API server refuses the pods of a workload.', shows: 'The workload has the condition `ReplicaFailure`, for neither a quota nor a policy.', mend: 'Do what the message says.' },
  (message) => !isQuota(message) && !isPolicy(message),
  (message) => ({ what: 'the cluster refuses its pods', fix: fixFor([message], /serviceaccount/.test(message) ? 'make the ServiceAccount that its pods name' : 'correct what the message names') }),
)

const unschedulable: Rule = {
  id: 'unschedulable',
  title: 'nodes have room for the pods',
  meaning: 'The pod waits for a node that can take it.',
  shows: 'The pod has the condition `PodScheduled` with `Unschedulable`.',
  mend: 'Free or add nodes, ask for less, or correct selectors and volumes.',
  look: (evidence): Seen[] => {
    const why = (pod: Pod): string | undefined => pod.status.conditions.find(({ type, status, reason }) => type === 'PodScheduled' && status === 'False' && reason === 'Unschedulable')?.message
    return [...byWorkload(evidence, livePods(evidence).filter((pod) => why(pod) !== undefined))].map(([subject, pods]) => ({
      subject,
      what: 'no node takes its pods',
      evidence: pods.map((pod) => `pod ${pod.metadata.name}: ${why(pod) ?? ''}`),
      fix: 'free or add nodes, ask for less CPU and memory, or correct what the message names',
      breaks: [...new Set(pods.flatMap((pod) => podKeys(evidence, pod)))],
    }))
  },
}

const states = (pods: readonly Pod[]): string[] =>
  pods.filter((pod) => !isReady(pod)).map((pod) => `pod ${pod.metadata.name}: ${statusesOf(pod).filter(({ ready, state }) => !ready && state.terminated?.reason !== 'Completed').map((status) => `${status.name} ${stateText(status)}${status.restartCount > 0 ? `, ${status.restartCount} restarts` : ''}`).join('; ') || 'no container has started'}`)

const hopes = ['ContainerCreating', 'PodInitializing']
/** Whether a pod may still become ready by itself. */
const isStarting = (pod: Pod): boolean => statusesOf(pod).length === 0 || statusesOf(pod).some(({ state }) => hopes.includes(state.waiting?.reason ?? ''))

/** What stands behind components in this namespace. */
const serverDown: Rule = {
  id: 'server-down',
  title: 'what components lead to runs',
  meaning: 'The store or broker of the namespace that a component leads to takes no connections: sidecars that start end at once, those that run fail at each call.',
  shows: 'No pod behind the Service that the component names is ready.',
  mend: 'See why its pods do not run.',
  look: (evidence): Seen[] => {
    if (!evidence.listed.has('Service')) return []
    const behind = Map.groupBy(evidence.things.components, ({ name }) => serviceBehind(evidence, name))
    return [...behind].flatMap(([service, components]): Seen[] => {
      if (service === undefined || !evidence.objects.some(({ kind, metadata }) => kind === 'Service' && metadata.name === service)) return []
      const pods = livePods(evidence).filter(({ metadata }) => servicesOf(evidence, metadata.labels).includes(service))
      if (pods.some(isReady)) return []
      const workload = evidence.things.workloads.find(({ labels }) => servicesOf(evidence, labels).includes(service))
      const subject = workload ? subjectOf(workload) : `Service/${service}`
      const scaled = workload && valueAt(workload.body, ['spec', 'replicas']) === 0
      const log = `kubectl describe ${subject} -n ${evidence.namespace}`
      return [{
        subject,
        what: `no pod behind Service ${service} is ready, and ${components.map(({ name }) => name).join(', ')} ${components.length === 1 ? 'leads' : 'lead'} there`,
        evidence: pods.length === 0 ? [scaled ? `${subject} has 0 replicas` : `Service ${service} selects no pod`] : states(pods),
        fix: scaled ? `kubectl scale ${workload.kind.toLowerCase()} ${workload.name} -n ${evidence.namespace} --replicas 1` : pods.length === 0 ? 'start it, or correct the selector of the Service' : `see why: \`${log}\``,
        about: [keys.service(service), ...(workload ? [keys.workload(subject)] : [])],
        breaks: [keys.service(service), keys.workload(subject)],
      }]
    })
  },
}

/** An app, or what runs beside the apps, that keeps ending. */
const appCrashes: Rule = {
  id: 'app-crashes',
  title: 'no container keeps ending',
  meaning: 'The program in the container ends again and again.',
  shows: 'A container other than the sidecar is in `CrashLoopBackOff`, or was killed for its memory.',
  mend: 'See its last lines, and mend the program or its settings.',
  look: (evidence): Seen[] =>
    [...byWorkload(evidence, livePods(evidence))].flatMap(([subject, pods]): Seen[] => {
      const ended = pods.flatMap((pod) => statusesOf(pod).filter(({ name, ready, restartCount, state }) => name !== sidecarContainer && !ready && (state.waiting?.reason === 'CrashLoopBackOff' || restartCount > 1)).map((status) => ({ pod, status })))
      const [first] = ended
      if (!first) return []
      const { pod, status } = first
      return [{
        subject,
        what: `${status.name} keeps ending`,
        evidence: ended.map((one) => `pod ${one.pod.metadata.name}: ${one.status.name} ${stateText(one.status)}, ${one.status.restartCount} restarts`),
        fix: fixFor([stateText(status)], `see its last lines: \`kubectl logs ${pod.metadata.name} -c ${status.name} -n ${evidence.namespace} --previous\``),
        about: podKeys(evidence, pod),
        breaks: [...new Set(ended.flatMap((one) => podKeys(evidence, one.pod)))],
      }]
    }),
}

/** The last resort: nothing else says why. */
const notReady: Rule = {
  id: 'not-ready',
  title: 'workloads have their pods',
  meaning: 'The workload is not what it should be, and nothing else says why.',
  shows: 'Fewer pods are ready than the workload has replicas.',
  mend: 'See the states and the events of its pods.',
  look: (evidence): Seen[] =>
    evidence.things.workloads.filter(({ kind }) => ['Deployment', 'StatefulSet', 'DaemonSet'].includes(kind)).flatMap((workload): Seen[] => {
      const object = evidence.objects.find(({ kind, metadata }) => kind === workload.kind && metadata.name === workload.name)
      const rollout = object && rolloutOf(object)
      if (!rollout || rollout.ready) return []
      const pods = livePods(evidence).filter((pod) => podSubject(evidence, pod) === subjectOf(workload))
      const unready = pods.filter((pod) => !isReady(pod))
      if (unready.length === 0 || unready.every(isStarting)) return []
      const warnings = eventsOf(evidence, unready.map(({ metadata }) => metadata.name), /^(Unhealthy|Failed|BackOff)/)
      return [{
        subject: subjectOf(workload),
        what: rollout.detail,
        evidence: [...states(unready), ...warnings.slice(-2)],
        fix: `see why: \`kubectl describe pod ${unready[0]?.metadata.name ?? ''} -n ${evidence.namespace}\``,
        about: [...workloadKeys(evidence, workload), ...(appIdOf(workload) === undefined ? [] : [keys.injector])],
        breaks: workloadKeys(evidence, workload),
      }]
    }),
}

/** What keeps pods from being made, before anything of Dapr is looked at. */
export const podRules: readonly Rule[] = [imagePull, containerConfig, quota, policy, refused, unschedulable, serverDown]

/** What else pods may have, after all that explains it. */
export const lateRules: readonly Rule[] = [appCrashes, notReady]
