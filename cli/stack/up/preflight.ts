import { z } from 'zod'

import { type ClusterPort, KubeRefusal, type KubeObject, type Right } from '../../kube/port.ts'
import { atOnce, requestsAtOnce } from '../at-once.ts'
import type { Desired } from '../desired.ts'
import { type Check, failed, ok, warning } from './checks.ts'
import { controlPlane } from './control-plane.ts'
import { findImages } from './images.ts'
import { hasSidecar } from './phases.ts'
import { hasDaprd, podOf } from './pods.ts'
import { missingSecrets } from './secrets.ts'

/** The oldest Kubernetes that Dapr's supported versions are tested on. */
const oldestMinor = 27

const kubernetes = (version: string): Check => {
  const [, major = '0', minor = '0'] = /^v?(\d+)\.(\d+)/.exec(version) ?? []
  const name = 'Kubernetes'
  if (Number(major) === 1 && Number(minor) < oldestMinor) return failed(name, version, `upgrade it to 1.${oldestMinor} or later`)
  return ok(name, version)
}

/** Every kind that is to be applied must be known: Dapr's come with its installation. */
const kinds = async (port: ClusterPort, objects: readonly KubeObject[]): Promise<Check> => {
  const wanted = [...new Map(objects.map(({ apiVersion, kind }) => [`${kind} ${apiVersion}`, { apiVersion, kind }])).values()]
  const served = await atOnce(wanted, requestsAtOnce, ({ apiVersion, kind }) => port.serves(apiVersion, kind))
  const missing = wanted.filter((_, index) => !served[index]).map(({ apiVersion, kind }) => `${kind} (${apiVersion})`)
  if (missing.length === 0) return ok('kinds', `all ${wanted.length} are known to the cluster`)
  const isKedaMissing = missing.every((kind) => kind.includes('(keda.sh/'))
  const mend = isKedaMissing ? 'install KEDA 2 by its Helm chart, or leave `eventsPerPod` out of `autoscaling`' : 'install Dapr 1.18 or later: `dapr init -k`, or its Helm chart'
  return failed('kinds', `the cluster does not know ${missing.join(', ')}`, mend)
}

const Template = z.object({ spec: z.object({ template: z.looseObject({ metadata: z.looseObject({}), spec: z.looseObject({}) }) }) })

/** The pod that a workload would make; with the namespace's own account, for the app's is not there yet. */
const probeOf = (workload: KubeObject, namespace: string): KubeObject => {
  const { metadata, spec } = Template.parse(workload).spec.template
  const { serviceAccountName: _, ...rest } = spec
  return { apiVersion: 'v1', kind: 'Pod', metadata: { ...metadata, name: 'stack-preflight', namespace }, spec: { automountServiceAccountToken: false, ...rest } }
}

/** Asks for a pod of an app, dry: only that shows that the injector answers, and that the namespace takes such pods. */
const injection = async (port: ClusterPort, { objects }: Desired): Promise<Check[]> => {
  const app = objects.find(hasSidecar)
  if (!app) return []
  const own = app.metadata.namespace ?? 'default'
  const namespace = (await port.find({ apiVersion: 'v1', kind: 'Namespace', name: own })) ? own : 'default'
  try {
    const pod = podOf(await port.create(probeOf(app, namespace), { dryRun: true }))
    if (hasDaprd(pod)) return [ok('injector', 'gives pods a sidecar'), ok('namespace', `${namespace === own ? own : `${own} will be made; ${namespace}`} takes the pods`)]
    const mend = 'see that dapr-sidecar-injector runs and that its webhook takes the namespace: `kubectl get mutatingwebhookconfiguration dapr-sidecar-injector -o yaml`'
    return [failed('injector', `gives pods in ${namespace} no sidecar`, mend)]
  } catch (error) {
    if (!(error instanceof KubeRefusal)) throw error
    if (error.status === 403 && /is forbidden: User/.test(error.message)) return [warning('injector', 'pods may not be created, not even dry, so it was not tried', 'pods left without a sidecar are made anew')]
    return [failed('namespace', `${namespace} takes no pod of ${app.metadata.name}: ${error.message}`, 'change the policy of the namespace, or the pods')]
  }
}

const verbsNeeded = ['get', 'create', 'patch', 'delete']

const rights = async (port: ClusterPort, { objects, namespace }: Desired): Promise<Check> => {
  const name = 'permissions'
  if (await port.allowed({ verb: '*', group: '*', resource: '*' })) return ok(name, 'everything is allowed')
  const wanted = [...new Map(objects.map(({ apiVersion, kind, metadata }) => [`${apiVersion} ${kind}`, { apiVersion, kind, namespace: metadata.namespace }])).values()]
  const asked = (await atOnce(wanted, requestsAtOnce, async (one) => {
    if (!(await port.serves(one.apiVersion, one.kind))) return []
    const resource = await port.resource(one.apiVersion, one.kind)
    const group = one.apiVersion.includes('/') ? (one.apiVersion.split('/')[0] ?? '') : ''
    return verbsNeeded.map((verb) => ({ verb, group, resource, ...(one.namespace !== undefined && { namespace: one.namespace }) }))
  })).flat()
  const looks = ['pods', 'events'].map((resource) => ({ verb: 'list', group: '', resource, namespace }))
  const sidecars = { verb: 'create', group: '', resource: 'pods', subresource: 'portforward', namespace }
  const all: Right[] = [...asked, ...looks, sidecars]
  const granted = await atOnce(all, requestsAtOnce, (right) => port.allowed(right))
  const denied = all.filter((_, index) => !granted[index]).map(({ verb, resource, subresource }) => `${verb} ${resource}${subresource === undefined ? '' : `/${subresource}`}`)
  if (denied.length === 0) return ok(name, `${all.length} rights are granted`)
  return failed(name, `not allowed: ${denied.join(', ')}`, `have them granted in namespace ${namespace}, or use another kubeconfig`)
}

const secretChecks = async (port: ClusterPort, desired: Desired): Promise<Check[]> => {
  const name = 'secrets'
  try {
    const { needed, missing, atRunTime } = await missingSecrets(port, desired)
    const check = missing.length > 0 ? failed(name, missing.join('; '), 'make them with `stack secrets create`, then run up again') : ok(name, `all ${needed} that pods and components name are there`)
    return [check, ...(atRunTime.length > 0 ? [warning(name, `${atRunTime.join(', ')} not there`, 'the apps that ask for it get an error until it is created')] : [])]
  } catch (error) {
    if (!(error instanceof KubeRefusal) || error.status !== 403) throw error
    return [warning(name, 'they may not be looked at', 'a pod that misses one will say so')]
  }
}

const imageCheck = async (port: ClusterPort, { objects }: Desired, built: readonly string[]): Promise<Check> => {
  const name = 'images'
  const found = await findImages(port, objects, built)
  if (!found) return warning(name, 'the nodes may not be looked at', 'a pod whose image is not there will say so')
  if (found.absent.length > 0) return failed(name, `${found.absent.join(', ')} is on no node, and may not be pulled`, 'load it, or use --build')
  if (found.toPull.length > 0) return warning(name, `${found.toPull.join(', ')} on no node yet`, 'they have to be pulled first')
  return ok(name, `all ${found.all} are on a node`)
}

/** Looks whether a stack can run on a cluster, given images that are going to be built; changes nothing. */
export const preflight = async (port: ClusterPort, version: string, desired: Desired, built: readonly string[] = []): Promise<Check[]> => {
  const known = await kinds(port, desired.objects)
  const checks = await Promise.all([controlPlane(port), rights(port, desired), injection(port, desired), secretChecks(port, desired), imageCheck(port, desired, built)])
  return [kubernetes(version), known, ...checks.flat()]
}
