import { k8s } from './k8s.ts'

import { selectorOf } from './labels.ts'

/** One pod of an app at a time goes for the sake of a node; one that is not ready anyway goes at once. */
export const disruption = (app: string): k8s.PodDisruptionBudgetSpec => ({
  selector: { matchLabels: selectorOf(app) },
  maxUnavailable: k8s.IntOrString.fromNumber(1),
  unhealthyPodEvictionPolicy: 'AlwaysAllow',
})

/** Pods of an app on nodes and in zones of their own, where there are several; one node takes them all. */
export const spread = (app: string): Pick<k8s.PodSpec, 'affinity' | 'topologySpreadConstraints'> => {
  const labelSelector = { matchLabels: selectorOf(app) }
  return {
    affinity: { podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 100, podAffinityTerm: { labelSelector, topologyKey: 'kubernetes.io/hostname' } }] } },
    // Those of one ReplicaSet: in a rolling update the old ones do not count.
    topologySpreadConstraints: [{ labelSelector, matchLabelKeys: ['pod-template-hash'], maxSkew: 1, topologyKey: 'topology.kubernetes.io/zone', whenUnsatisfiable: 'ScheduleAnyway' }],
  }
}
