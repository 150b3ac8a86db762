import { listOf, mapOf, scalarOf, textOf, valueAt } from '../../../infra/rules/values.ts'
import type { KubeObject } from '../../kube/port.ts'
import { injectorPart, readyParts } from '../../stack/control-plane.ts'
import type { Evidence } from '../evidence.ts'
import { everyApp, everyComponent, isDaprPod, livePods } from '../facts.ts'
import { keys } from '../keys.ts'
import type { Rule, Seen } from '../rule.ts'
import { unmetBy } from '../selector.ts'

/** A clock that is off by more is wrong: Kubernetes says the time to the second, and a node every ten. */
const worstSkewSeconds = 60

const wantsDapr = (evidence: Evidence): boolean => evidence.graph !== undefined || evidence.things.apps.length > 0 || livePods(evidence).some(isDaprPod)

const stateOf = (deployment: KubeObject | undefined, part: string): string =>
  deployment ? `Deployment ${deployment.metadata.namespace ?? ''}/${part}: ${scalarOf(valueAt(deployment, ['status', 'readyReplicas'])) ?? '0'} of ${scalarOf(valueAt(deployment, ['spec', 'replicas'])) ?? '1'} pods ready` : `there is no Deployment ${part} in any namespace`

const partOf = (deployments: readonly KubeObject[], part: string): KubeObject | undefined => deployments.find(({ metadata }) => metadata.labels?.['app'] === part)

const isMissing = ({ controlPlane: { kinds, deployments } }: Evidence): boolean => kinds === false || deployments?.length === 0

const daprMissing: Rule = {
  id: 'dapr-missing',
  title: 'Dapr is installed',
  meaning: 'Nothing of Dapr works in the cluster: no pod gets a sidecar, and what reads Components is not there.',
  shows: 'The cluster does not know Dapr\'s kinds, or has no Deployment of its control plane.',
  mend: 'Install Dapr.',
  look: (evidence): Seen[] => {
    if (!isMissing(evidence)) return []
    const { kinds, deployments } = evidence.controlPlane
    const seen = [...(kinds === false ? ['the cluster knows no Component of dapr.io/v1alpha1'] : []), ...(deployments?.length === 0 ? ['no namespace has a Deployment of Dapr\'s control plane'] : [])]
    const fix = 'install Dapr: `dapr init -k --wait`, or its Helm chart; pods that are there get their sidecars when they are made anew: `kubectl rollout restart deployment`'
    return [{ subject: 'Cluster', what: 'Dapr is not installed', evidence: seen, fix, breaks: [keys.dapr, keys.injector, ...everyApp(evidence), ...everyComponent(evidence)] }]
  },
}

const controlPlaneDown: Rule = {
  id: 'control-plane-down',
  title: 'Dapr\'s operator and sentry run',
  meaning: 'Sidecars get no components without the operator, and no certificates without the sentry: none starts, and those that run soon fail.',
  shows: 'A Deployment of the control plane is not there, or none of its pods is ready.',
  mend: 'See why its pods do not start.',
  look: (evidence): Seen[] => {
    const { deployments } = evidence.controlPlane
    if (!deployments) return []
    return readyParts(deployments).away.filter((part) => part !== injectorPart).map((part) => ({
      subject: `Deployment/${part}`,
      what: `${part} does not run`,
      evidence: [stateOf(partOf(deployments, part), part)],
      fix: `see why: \`kubectl describe deployment ${part} -n ${partOf(deployments, part)?.metadata.namespace ?? 'dapr-system'}\``,
      about: [keys.dapr],
      breaks: everyApp(evidence),
    }))
  },
}

const webhookMissing: Rule = {
  id: 'webhook-missing',
  title: 'the webhook of Dapr\'s injector is there',
  meaning: 'The API server asks nobody for sidecars: every pod that is made starts without one.',
  shows: 'There is no MutatingWebhookConfiguration `dapr-sidecar-injector`.',
  mend: 'Have the Helm chart put it back.',
  look: ({ controlPlane: { webhook } }): Seen[] =>
    webhook !== null ? [] : [{
      subject: 'MutatingWebhookConfiguration/dapr-sidecar-injector',
      what: 'the webhook by which pods get their sidecars is missing',
      evidence: ['the cluster has no MutatingWebhookConfiguration dapr-sidecar-injector'],
      fix: 'put it back: `helm upgrade dapr dapr/dapr -n dapr-system --reuse-values`, or `dapr upgrade -k`',
      about: [keys.dapr],
      breaks: [keys.injector],
    }],
}

const injectorDown: Rule = {
  id: 'injector-down',
  title: 'Dapr\'s injector runs',
  meaning: 'Pods that are made meanwhile start without a sidecar, and get none later.',
  shows: 'The Deployment `dapr-sidecar-injector` is not there, or none of its pods is ready.',
  mend: 'See why its pods do not start, then make the pods without a sidecar anew.',
  look: ({ controlPlane: { deployments } }): Seen[] => {
    if (!deployments || !readyParts(deployments).away.includes(injectorPart)) return []
    const there = partOf(deployments, injectorPart)
    const namespace = there?.metadata.namespace ?? 'dapr-system'
    const isScaled = valueAt(there, ['spec', 'replicas']) === 0
    const fix = isScaled ? `kubectl scale deployment ${injectorPart} -n ${namespace} --replicas 1` : `see why: \`kubectl describe deployment ${injectorPart} -n ${namespace}\``
    return [{ subject: `Deployment/${injectorPart}`, what: 'Dapr\'s injector does not run: new pods get no sidecar', evidence: [stateOf(there, injectorPart)], fix, about: [keys.dapr], breaks: [keys.injector] }]
  },
}

const namespaceExcluded: Rule = {
  id: 'namespace-excluded',
  title: 'the injector takes the namespace',
  meaning: 'The API server does not ask the injector about pods of this namespace: they start without a sidecar.',
  shows: 'The labels of the namespace do not meet the `namespaceSelector` of the webhook.',
  mend: 'Label the namespace, or change the selector.',
  look: (evidence): Seen[] => {
    const { controlPlane: { webhook }, namespace, namespaceLabels } = evidence
    if (!webhook || !namespaceLabels || !wantsDapr(evidence)) return []
    const unmet = listOf(webhook['webhooks']).map((one) => unmetBy(mapOf(one)['namespaceSelector'], namespaceLabels))
    const [first] = unmet
    if (first === undefined || unmet.includes(undefined)) return []
    const fix = /^\S+=\S+$/.test(first) ? `kubectl label namespace ${namespace} ${first} --overwrite` : `change the namespaceSelector of the webhook, which is the chart's dapr_sidecar_injector.namespaceSelector, or the labels of ${namespace}`
    const labels = Object.entries(namespaceLabels).map(([name, value]) => `${name}=${value}`).join(', ')
    return [{ subject: `Namespace/${namespace}`, what: 'the injector passes over the namespace', evidence: [`its webhook wants ${first}`, `the namespace has ${labels || 'no labels'}`], fix, about: [keys.dapr], breaks: [keys.injector] }]
  },
}

const clockSkew: Rule = {
  id: 'clock-skew',
  title: 'the clocks of the nodes are right',
  meaning: 'Certificates of sidecars are not valid yet, or not any more, where a clock is wrong; times in logs and events mislead.',
  shows: `A node writes the time of its lease more than ${worstSkewSeconds} s from the clock of the API server.`,
  mend: 'Have the node keep its time by NTP.',
  look: ({ clocks }): Seen[] =>
    clocks.filter(({ aheadSeconds }) => Math.abs(aheadSeconds) > worstSkewSeconds).map(({ node, aheadSeconds }) => ({
      subject: `Node/${node}`,
      what: `its clock is ${Math.round(Math.abs(aheadSeconds))} s ${aheadSeconds > 0 ? 'ahead' : 'behind'}`,
      evidence: [`Lease kube-node-lease/${node} was renewed ${Math.round(Math.abs(aheadSeconds))} s ${aheadSeconds > 0 ? 'after' : 'before'} the time of the API server`],
      fix: `have ${node} keep its time: see \`timedatectl\` or \`chronyc tracking\` there`,
      breaks: [keys.certificates],
    })),
}

const mtlsOff: Rule = {
  id: 'mtls-off',
  title: 'sidecars prove who they are',
  meaning: 'Sidecars speak to each other unencrypted, and no callee knows its caller: policies of access control fit nobody.',
  shows: 'Dapr\'s own Configuration `daprsystem` has `mtls.enabled: false`.',
  mend: 'Switch it on, then restart the control plane and the apps.',
  look: ({ controlPlane: { configuration } }): Seen[] => {
    if (!configuration || valueAt(configuration, ['spec', 'mtls', 'enabled']) !== false) return []
    const { name, namespace = '' } = configuration.metadata
    return [{
      subject: `Configuration/${name}`,
      what: 'mTLS between sidecars is off',
      evidence: [`Configuration ${namespace}/${textOf(name) ?? ''}: spec.mtls.enabled is false`],
      fix: `kubectl patch configuration.dapr.io ${name} -n ${namespace} --type merge -p '{"spec":{"mtls":{"enabled":true}}}', then restart Dapr's control plane and the apps`,
      about: [keys.dapr],
      breaks: [keys.certificates],
    }]
  },
}

export const clusterRules: readonly Rule[] = [daprMissing, controlPlaneDown, webhookMissing, injectorDown, namespaceExcluded, clockSkew, mtlsOff]
