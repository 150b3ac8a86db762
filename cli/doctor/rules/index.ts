import type { Rule, Theme } from '../rule.ts'
import { accessRules } from './access-rules.ts'
import { autoscalingRules } from './autoscaling-rules.ts'
import { clusterRules } from './cluster-rules.ts'
import { componentRules, lateComponentRules } from './component-rules.ts'
import { deliveryRules } from './delivery-rules.ts'
import { lateRules, podRules } from './pod-rules.ts'
import { lateSidecarRules, sidecarRules } from './sidecar-rules.ts'
import { lateSubscriptionRules, subscriptionRules } from './subscription-rules.ts'

/** All rules in the order of causes: what a finding of one explains is among those after it. */
export const rules: readonly Rule[] = [
  ...clusterRules,
  ...podRules,
  ...sidecarRules,
  ...componentRules,
  ...subscriptionRules,
  ...accessRules,
  ...lateSidecarRules,
  ...lateRules,
  ...lateComponentRules,
  ...lateSubscriptionRules,
  ...deliveryRules,
  ...autoscalingRules,
]

/** The same rules by what they are about, as they are shown. */
export const themes: readonly Theme[] = [
  { name: 'cluster', rules: clusterRules },
  { name: 'pods', rules: [...podRules, ...lateRules] },
  { name: 'sidecars', rules: [...sidecarRules, ...lateSidecarRules] },
  { name: 'components', rules: [...componentRules, ...lateComponentRules] },
  { name: 'subscriptions', rules: [...subscriptionRules, ...lateSubscriptionRules] },
  { name: 'access', rules: accessRules },
  { name: 'deliveries', rules: deliveryRules },
  { name: 'autoscaling', rules: autoscalingRules },
]
