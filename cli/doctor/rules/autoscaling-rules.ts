import { listOf, mapOf, textOf, valueAt } from '../../../infra/rules/values.ts'
import type { KubeObject } from '../../kube/port.ts'
import type { Evidence } from '../evidence.ts'
import { keys } from '../keys.ts'
import type { Rule, Seen } from '../rule.ts'

interface Refused {
  readonly object: KubeObject
  readonly reason: string
  readonly message: string
}

/** Objects of a kind whose condition of that type says that it is not so. */
const refused = ({ objects }: Evidence, wanted: string, type: string): Refused[] =>
  objects.filter(({ kind }) => kind === wanted).flatMap((object) => {
    const conditions = listOf(valueAt(object, ['status', 'conditions'])).map(mapOf).filter((one) => one['type'] === type && one['status'] === 'False')
    return conditions.map(({ reason, message }) => ({ object, reason: textOf(reason) ?? '', message: (textOf(message) ?? '').replaceAll(/\s+/g, ' ') }))
  })

const targetOf = (object: KubeObject): string => `Deployment/${textOf(valueAt(object, ['spec', 'scaleTargetRef', 'name'])) ?? ''}`

/** New pods have no figures yet, and that passes. */
const passes = /no metrics returned|did not receive metrics|pods might be unready/

const fixes: readonly (readonly [RegExp, string])[] = [
  [/external\.metrics\.k8s\.io/, 'see that KEDA\'s metrics server runs: `kubectl get apiservice v1beta1.external.metrics.k8s.io`'],
  [/metrics\.k8s\.io|could not find the requested resource/, 'install the metrics server, or see that it runs: `kubectl get apiservice v1beta1.metrics.k8s.io`'],
  [/missing request/, 'give every container of the pods a request of what it is scaled by'],
]

const blind: Rule = {
  id: 'autoscaler-blind',
  title: 'autoscalers see what they scale by',
  meaning: 'The number of pods stays as it is, whatever there is to do.',
  shows: 'A HorizontalPodAutoscaler has the condition `ScalingActive: False`, for another reason than that its pods are new.',
  mend: 'Install the metrics server, or KEDA for waiting events; give containers requests.',
  look: (evidence): Seen[] =>
    refused(evidence, 'HorizontalPodAutoscaler', 'ScalingActive').filter(({ reason, message }) => reason.startsWith('FailedGet') && !passes.test(message)).map(({ object, message }) => ({
      subject: `HorizontalPodAutoscaler/${object.metadata.name}`,
      what: `it does not see by what it is to scale ${targetOf(object)}`,
      evidence: [message],
      fix: fixes.find(([pattern]) => pattern.test(message))?.[1] ?? 'correct what the message names',
      about: [keys.workload(targetOf(object))],
    })),
}

/** Services of the namespace that the triggers lead to. */
const brokersOf = (object: KubeObject): string[] =>
  listOf(valueAt(object, ['spec', 'triggers'])).map((trigger) => mapOf(mapOf(trigger)['metadata'])).flatMap(({ address, bootstrapServers }) => (textOf(address ?? bootstrapServers) ?? '').split(',').map((one) => keys.service(one.trim().split(/[.:]/)[0] ?? '')))

const uncounted: Rule = {
  id: 'backlog-uncounted',
  title: 'KEDA counts the events that wait',
  meaning: 'KEDA makes no autoscaler for the app: it has one pod, or as many as it had, whatever waits.',
  shows: 'A ScaledObject has the condition `Ready: False`.',
  mend: 'Let KEDA\'s operator reach the broker, or correct the trigger.',
  look: (evidence): Seen[] =>
    refused(evidence, 'ScaledObject', 'Ready').map(({ object, message: refusal }) => {
      const said = evidence.events.filter(({ object: about, reason }) => about === object.metadata.name && reason.startsWith('KEDAScaler') && reason.endsWith('Failed')).map(({ reason, message }) => `${reason}: ${message}`)
      return {
        subject: `ScaledObject/${object.metadata.name}`,
        what: `KEDA cannot count what waits for ${targetOf(object)}`,
        evidence: [refusal, ...new Set(said.slice(-2))],
        fix: /timeout|refused|connection|dial|lookup|brokers/.test([refusal, ...said].join(' ')) ? 'let KEDA\'s operator in at the broker (`network.keda` of the environment, `peers` of the server), and see that the address is one that its namespace knows' : 'correct what the message names',
        about: [...brokersOf(object), keys.workload(targetOf(object))],
      }
    }),
}

export const autoscalingRules: readonly Rule[] = [blind, uncounted]
