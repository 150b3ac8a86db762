import type { WorkloadThing } from '../../../infra/rules/thing.ts'
import { closest } from '../../../infra/rules/names.ts'
import { listOf, mapOf, scalarOf, truthy, valueAt } from '../../../infra/rules/values.ts'
import { fieldManager } from '../../kube/port.ts'
import { sidecarError } from '../../kube/sidecar-log.ts'
import { appOf, isMissed, sidecarContainer, stateText, statusesOf } from '../../stack/up/pods.ts'
import type { Evidence, SidecarEvidence } from '../evidence.ts'
import { appIdOf, appRuns, byWorkload, endsAgain, lastLine, livePods, messageOf, podKeys, podSubject, sidecarLines, subjectOf, workloadKeys, workloadOf } from '../facts.ts'
import { flawsOf } from '../flaws.ts'
import { keys } from '../keys.ts'
import type { Rule, Seen } from '../rule.ts'

const enabled = 'dapr.io/enabled'

/** What the annotations of a workload itself, not of its pods, say of Dapr. */
const misplacedIn = ({ body }: WorkloadThing): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(mapOf(valueAt(body, ['metadata', 'annotations']))).filter(([name]) => name.startsWith('dapr.io/')))

const misplaced: Rule = {
  id: 'annotation-misplaced',
  title: 'Dapr\'s annotations are on the pods',
  meaning: 'The injector reads the annotations of pods. Those of the Deployment say nothing to it: the pods start without a sidecar.',
  shows: 'The workload has `dapr.io/enabled` in its own metadata, and its pod template has not.',
  mend: 'Move the annotations to `spec.template.metadata.annotations`.',
  look: (evidence): Seen[] =>
    evidence.things.workloads.filter((workload) => truthy(misplacedIn(workload)[enabled]) && !truthy(workload.annotations[enabled])).map((workload) => {
      const names = Object.keys(misplacedIn(workload))
      const id = scalarOf(misplacedIn(workload)['dapr.io/app-id']) ?? workload.name
      return {
        subject: subjectOf(workload),
        what: 'its annotations for Dapr are on the workload instead of on its pods',
        evidence: [`metadata.annotations has ${names.join(', ')}`, `spec.template.metadata.annotations has ${Object.keys(workload.annotations).filter((name) => name.startsWith('dapr.io/')).join(', ') || 'none of them'}`],
        fix: 'move them to spec.template.metadata.annotations',
        breaks: [keys.app(id), keys.app(workload.name), ...workloadKeys(evidence, workload)],
      }
    }),
}

const declaredApps = ({ graph }: Evidence): string[] => (graph?.apps ?? []).map(({ id }) => id)

/** The app of the graph that a workload is: by its name or its label. */
const meantApp = (workload: WorkloadThing, apps: readonly string[], missing: readonly string[]): string | undefined => {
  const label = scalarOf(workload.labels['app']) ?? scalarOf(workload.labels['app.kubernetes.io/name'])
  return apps.find((id) => id === workload.name) ?? apps.find((id) => id === label) ?? closest(appIdOf(workload) ?? '', missing) ?? (missing.length === 1 ? missing[0] : undefined)
}

const appId: Rule = {
  id: 'app-id-wrong',
  title: 'apps have their ids',
  meaning: 'Components, Subscriptions and policies name the app by another id: its sidecar gets none of them, and nobody can invoke it.',
  shows: 'A pod template has a `dapr.io/app-id` that the stack does not know, and an app of the stack has no pods.',
  mend: 'Correct `dapr.io/app-id`.',
  look: (evidence): Seen[] => {
    const apps = declaredApps(evidence)
    const ids = evidence.things.apps.map(({ id }) => id)
    const missing = apps.filter((id) => !ids.includes(id))
    return evidence.things.apps.filter(({ id }) => !apps.includes(id)).flatMap((workload): Seen[] => {
      const wanted = meantApp(workload, missing, missing)
      if (wanted === undefined) return []
      return [{
        subject: subjectOf(workload),
        what: `its app id is "${workload.id}", and the stack has the app "${wanted}"`,
        evidence: [`spec.template.metadata.annotations has dapr.io/app-id: ${workload.id}`, `no pod has the app id ${wanted}`],
        fix: `set dapr.io/app-id: ${wanted}`,
        breaks: [keys.app(wanted), keys.app(workload.id), ...workloadKeys(evidence, workload)],
      }]
    })
  },
}

const noSidecar: Rule = {
  id: 'no-sidecar',
  title: 'pods have their sidecars',
  meaning: 'The pod asks for a sidecar and has none: what the app asks of Dapr goes nowhere. It shows as 1/1 where 2/2 is expected.',
  shows: 'A pod has `dapr.io/enabled: "true"` and no container `daprd`.',
  mend: 'Make the pod anew: the injector was away when it was made.',
  look: (evidence): Seen[] =>
    [...byWorkload(evidence, livePods(evidence).filter(isMissed))].map(([subject, pods]) => ({
      subject,
      what: `${pods.length === 1 ? 'a pod has' : `${pods.length} pods have`} no sidecar`,
      evidence: pods.map((pod) => `pod ${pod.metadata.name} has ${enabled}: true and the containers ${pod.spec.containers.map(({ name }) => name).join(', ')}`),
      fix: subject.startsWith('Pod/') ? `make the pod anew: kubectl delete ${subject.toLowerCase().replace('/', ' ')} -n ${evidence.namespace}, and apply it again` : `make its pods anew: kubectl rollout restart ${subject.toLowerCase().replace('/', ' ')} -n ${evidence.namespace}`,
      about: [keys.injector],
      breaks: [...new Set(pods.flatMap((pod) => [...podKeys(evidence, pod), keys.app(appOf(pod) ?? pod.metadata.labels['app'] ?? pod.metadata.name)]))],
    })),
}

const notAsked: Rule = {
  id: 'sidecar-not-asked',
  title: 'apps ask for a sidecar',
  meaning: 'The stack has the app, and its pods do not ask for a sidecar.',
  shows: 'The workload of an app has no `dapr.io/enabled: "true"` in its pod template.',
  mend: 'Add it, with `dapr.io/app-id` and `dapr.io/app-port`.',
  look: (evidence): Seen[] => {
    const { graph, things } = evidence
    return (graph?.apps ?? []).flatMap(({ id, port }): Seen[] => {
      const workload = things.workloads.find((one) => one.name === id && ['Deployment', 'StatefulSet', 'DaemonSet'].includes(one.kind))
      if (!workload || truthy(workload.annotations[enabled])) return []
      return [{
        subject: subjectOf(workload),
        what: 'its pods ask for no sidecar',
        evidence: [`spec.template.metadata.annotations has ${enabled}: ${scalarOf(workload.annotations[enabled]) ?? 'nothing'}`],
        fix: `add ${enabled}: "true", dapr.io/app-id: ${id}${port === undefined ? '' : ` and dapr.io/app-port: "${port}"`} to spec.template.metadata.annotations`,
        about: [keys.app(id), keys.workload(subjectOf(workload))],
        breaks: [keys.app(id), ...workloadKeys(evidence, workload)],
      }]
    })
  },
}

/** Whether `stack up` gave the workload its number of pods: then none is what the config says. */
const isMeant = ({ body }: WorkloadThing): boolean =>
  listOf(valueAt(body, ['metadata', 'managedFields'])).some((entry) => mapOf(entry)['manager'] === fieldManager && valueAt(entry, ['fieldsV1', 'f:spec', 'f:replicas']) !== undefined)

const appMissing: Rule = {
  id: 'app-missing',
  title: 'apps are there',
  meaning: 'The stack has an app, and the namespace runs none of that id.',
  shows: 'No workload and no pod has the app\'s id, or somebody scaled the workload to 0.',
  mend: 'Apply the stack again, or scale the workload up.',
  look: (evidence): Seen[] => {
    if (!evidence.listed.has('Deployment')) return []
    return declaredApps(evidence).flatMap((id): Seen[] => {
      const workload = evidence.things.apps.find((one) => one.id === id)
      if (livePods(evidence).some((pod) => appOf(pod) === id)) return []
      const replicas = workload && valueAt(workload.body, ['spec', 'replicas'])
      if (workload && (replicas !== 0 || isMeant(workload))) return []
      return [{
        subject: workload ? subjectOf(workload) : `App/${id}`,
        what: workload ? 'it is scaled to 0: nothing runs of the app' : `nothing runs of the app ${id}`,
        evidence: [workload ? 'spec.replicas is 0' : `no workload in ${evidence.namespace} has the app id ${id}`],
        fix: workload ? `kubectl scale ${workload.kind.toLowerCase()} ${workload.name} -n ${evidence.namespace} --replicas 1` : 'apply the stack again: `stack up`',
        about: [keys.app(id)],
        breaks: [keys.app(id)],
      }]
    })
  },
}

const tokenMissing: Rule = {
  id: 'account-token-missing',
  title: 'sidecars that read Kubernetes Secrets have a token',
  meaning: 'The built-in secret store of the sidecar needs the token of the service account. Without it the sidecar ends at its start, over and over.',
  shows: 'The pods do not mount the token (`automountServiceAccountToken: false`), the built-in store is on, and the sidecar does not run.',
  mend: 'Add `dapr.io/disable-builtin-k8s-secret-store: "true"`, or mount the token.',
  look: (evidence): Seen[] =>
    flawsOf(evidence, 'sidecar-secret-store').flatMap(({ object, what }): Seen[] => {
      const workload = evidence.things.workloads.find((one) => subjectOf(one) === object)
      const own = evidence.sidecars.filter(({ pod }) => podSubject(evidence, pod) === object)
      const broken = own.filter(({ pod, metadata }) => metadata === undefined && endsAgain(pod))
      const [first] = broken
      if (!workload || !first) return []
      return [{
        subject: object,
        what: 'its sidecar has no service-account token, which its built-in secret store needs',
        evidence: [what, ...stateOfSidecar(first)],
        fix: 'add dapr.io/disable-builtin-k8s-secret-store: "true" to its pod template, or mount the token',
        breaks: workloadKeys(evidence, workload),
      }]
    }),
}

/** How a sidecar is, and why it last ended. */
export const stateOfSidecar = (sidecar: SidecarEvidence): string[] => {
  const { pod } = sidecar
  const status = statusesOf(pod).find(({ name }) => name === sidecarContainer)
  const fatal = sidecarError(sidecar.log ?? [])
  return [...(status ? [`pod ${pod.metadata.name}: ${sidecarContainer} ${stateText(status)}, ${status.restartCount} restarts`] : []), ...(fatal === undefined ? [] : [`its sidecar says: ${messageOf(fatal)}`])]
}

const configurationMissing: Rule = {
  id: 'configuration-missing',
  title: 'sidecars find their Configuration',
  meaning: 'The sidecar does not start without the Configuration that it is told to read.',
  shows: '`dapr.io/config` names a Configuration that is not in the namespace.',
  mend: 'Correct the name, or add the Configuration.',
  look: (evidence): Seen[] => {
    if (!evidence.listed.has('Configuration')) return []
    const there = evidence.things.configurations.map(({ name }) => name)
    return evidence.things.apps.flatMap((workload): Seen[] => {
      const name = scalarOf(workload.annotations['dapr.io/config'])
      if (name === undefined || there.includes(name)) return []
      const guess = closest(name, there)
      return [{
        subject: subjectOf(workload),
        what: `its Configuration ${name} is not there`,
        evidence: [`dapr.io/config: ${name}`, `${evidence.namespace} has the Configurations ${there.join(', ') || '(none)'}`],
        fix: guess === undefined ? `add Configuration ${name}, or run stack up` : `set dapr.io/config: ${guess}, or add Configuration ${name}`,
        about: [],
        breaks: workloadKeys(evidence, workload),
      }]
    })
  },
}

const waiting = /waiting on port|waiting for application to listen|application discovered on port/

/** Whether a sidecar still waits for its app to listen. */
const waits = (sidecar: SidecarEvidence): string | undefined => {
  const line = lastLine(sidecar, waiting)
  return line !== undefined && !/application discovered/.test(line) ? line : undefined
}

const portsOf = (workload: WorkloadThing | undefined): string[] =>
  (workload?.containers ?? []).filter(({ name }) => name !== sidecarContainer).flatMap(({ body }) => listOf(body['ports']).flatMap((one) => scalarOf(mapOf(one)['containerPort']) ?? []))

const appPort: Rule = {
  id: 'app-port-wrong',
  title: 'sidecars reach their apps',
  meaning: 'The sidecar waits for its app at a port where nothing listens: no event, call or job comes, and the pod does not become ready.',
  shows: 'Nothing listens at `dapr.io/app-port`, and the sidecar says that it waits; or an app that events come to has no such annotation.',
  mend: 'Set `dapr.io/app-port` to the port that the app listens on.',
  look: (evidence): Seen[] => {
    const groups = Map.groupBy(evidence.sidecars, ({ pod }) => podSubject(evidence, pod))
    return [...groups].flatMap(([subject, sidecars]) => wrongPort(evidence, subject, sidecars))
  },
}

/** Whether events or calls come to an app. */
const hears = ({ graph }: Evidence, app: string): boolean => (graph?.subscriptions.some((one) => one.app === app) ?? false) || (graph?.invocations.some(({ callee }) => callee === app) ?? false)

const portFix = (port: string | undefined, declared: number | undefined, ports: readonly string[]): string => {
  const right = declared === undefined ? ports.find((one) => one !== port) : String(declared)
  return right !== undefined && right !== port ? `set dapr.io/app-port: "${right}"` : 'have the app listen there, on all addresses or 127.0.0.1, or correct dapr.io/app-port'
}

const wrongPort = (evidence: Evidence, subject: string, sidecars: readonly SidecarEvidence[]): Seen[] => {
  const [first] = sidecars
  if (!first) return []
  const { app, pod } = first
  const port = pod.metadata.annotations['dapr.io/app-port']
  const silent = sidecars.filter((one) => one.subscribe === 'silent' && appRuns(one.pod) && waits(one) !== undefined)
  if (silent.length === 0 && !(port === undefined && hears(evidence, app))) return []
  const declared = evidence.graph?.apps.find(({ id }) => id === app)?.port
  const ports = portsOf(workloadOf(evidence, pod))
  const said = silent.map((one) => `the sidecar of ${one.pod.metadata.name} says: ${waits(one) ?? ''}`)
  return [{
    subject,
    what: port === undefined ? 'its sidecar is not told the port of the app' : `nothing listens on port ${port}, where its sidecar looks for the app`,
    evidence: [`dapr.io/app-port: ${port ?? 'nothing'}`, `its containers have the ports ${ports.join(', ') || '(none)'}`, ...(declared === undefined ? [] : [`the stack has ${app} on port ${declared}`]), ...said],
    fix: portFix(port, declared, ports),
    breaks: podKeys(evidence, pod),
  }]
}

const subscribeAnswer: Rule = {
  id: 'subscribe-answer',
  title: 'apps answer /dapr/subscribe as they should',
  meaning: 'Dapr asks each app once which topics it wants. An answer that is no list ends the subscriptions of the app, those of Subscription objects too, without a word to anybody: no event comes.',
  shows: 'The app answers `GET /dapr/subscribe` with 200 and something that is no list, or its sidecar says `error getting topics from app`.',
  mend: 'Have the app answer 404, or a JSON list, then make its pods anew.',
  look: (evidence): Seen[] =>
    [...Map.groupBy(evidence.sidecars, ({ pod }) => podSubject(evidence, pod))].flatMap(([subject, sidecars]): Seen[] => {
      const bad = sidecars.flatMap((one) => badAnswer(one) ?? [])
      const [first] = sidecars
      if (bad.length === 0 || !first) return []
      return [{
        subject,
        what: 'its answer to /dapr/subscribe switches all its subscriptions off',
        evidence: bad,
        fix: 'have the app answer /dapr/subscribe with 404 (or [], or its list of topics), then make its pods anew',
        breaks: podKeys(evidence, first.pod),
      }]
    }),
}

const listText = (text: string): boolean => {
  try {
    return text.trim() === '' || Array.isArray(JSON.parse(text))
  } catch {
    return false
  }
}

const badAnswer = (sidecar: SidecarEvidence): string | undefined => {
  const { subscribe, pod } = sidecar
  if (subscribe !== undefined && subscribe !== 'silent' && subscribe.status === 200 && !listText(subscribe.text)) return `pod ${pod.metadata.name} answers GET /dapr/subscribe with ${subscribe.status} ${subscribe.text.slice(0, 80)}`
  const line = lastLine(sidecar, /error getting topics from app|failed to subscribe to topics/)
  return line === undefined || !/error getting topics from app/.test(line) ? undefined : `the sidecar of ${pod.metadata.name} says: ${line}`
}

/** The last resort for a sidecar: nothing else says why. */
const sidecarCrashes: Rule = {
  id: 'sidecar-crashes',
  title: 'no sidecar keeps ending',
  meaning: 'The sidecar ends again and again; the app is cut off from all of Dapr.',
  shows: 'The container `daprd` restarts and is not ready.',
  mend: 'Do what its last line says.',
  look: (evidence): Seen[] =>
    [...Map.groupBy(evidence.sidecars.filter(({ pod, metadata }) => metadata === undefined && endsAgain(pod)), ({ pod }) => podSubject(evidence, pod))].map(([subject, sidecars]) => ({
      subject,
      what: 'its sidecar keeps ending',
      evidence: sidecars.flatMap(stateOfSidecar),
      fix: 'mend what its sidecar says in its last line',
      about: [...sidecars.flatMap(({ pod }) => podKeys(evidence, pod)), ...(sidecars.some((one) => sidecarLines(one).some((line) => /x509|certificate/.test(line))) ? [keys.certificates] : [])],
      breaks: [...new Set(sidecars.flatMap(({ pod }) => podKeys(evidence, pod)))],
    })),
}

/** What has pods get a sidecar, and sidecars reach their apps. */
export const sidecarRules: readonly Rule[] = [misplaced, appId, noSidecar, notAsked, appMissing, configurationMissing, tokenMissing, appPort, subscribeAnswer]

/** What else a sidecar may have, after all that explains it. */
export const lateSidecarRules: readonly Rule[] = [sidecarCrashes]

