import { z } from 'zod'

import type { KubeObject } from '../../../kube/port.ts'
import type { TargetFile } from '../target.ts'
import { podTemplate, type PodTemplate, type Service, serviceOf, volumeName } from './container.ts'

type Services = Readonly<Record<string, Service>>
type Conditions = Readonly<Record<string, { readonly condition: 'service_healthy' | 'service_started' | 'service_completed_successfully' }>>

/** What the apps need to be there, and what says that it is. */
export interface Servers {
  readonly services: Services
  readonly volumes: readonly string[]
  readonly files: readonly TargetFile[]
  readonly conditions: Conditions
}

/** A service that waits. */
const waiting = (service: Service, conditions: Conditions): Service => ({ ...service, ...(Object.keys(conditions).length > 0 && { depends_on: conditions }) })

const done = { condition: 'service_completed_successfully' } as const

/** The containers of a pod that run before its own, one after the other; `after` is what the first waits for. */
const chain = (workload: string, template: PodTemplate, after: Conditions): { readonly services: Services; readonly last: Conditions } => {
  let last = after
  const services = template.before.map((container): [string, Service] => {
    const name = `${workload}-${container.name}`
    const service = waiting(serviceOf(workload, container, template), last)
    last = { [name]: done }
    return [name, service]
  })
  return { services: Object.fromEntries(services), last }
}

/** What a server calls itself to clients may be its name as pods of other namespaces know it. */
const known = ({ kind, metadata: { name, namespace = 'default' } }: KubeObject): Service =>
  kind === 'StatefulSet' ? { networks: { default: { aliases: [`${name}.${namespace}`] } } } : {}

const servicesOf = (object: KubeObject, restart: 'unless-stopped' | 'on-failure', after: Conditions): Services => {
  const { name } = object.metadata
  const template = podTemplate(object)
  const { services, last } = chain(name, template, after)
  return { ...services, [name]: waiting({ ...serviceOf(name, template.main, template), ...known(object), restart }, last) }
}

const ConfigMap = z.object({ data: z.record(z.string(), z.string()).default({}) })

/** The files of the ConfigMaps that pods mount. */
const mounted = (objects: readonly KubeObject[], templates: readonly PodTemplate[]): TargetFile[] => {
  const names = templates.flatMap(({ pod }) => pod.volumes.flatMap(({ configMap }) => configMap?.name ?? []))
  const maps = objects.filter(({ kind, metadata }) => kind === 'ConfigMap' && names.includes(metadata.name))
  return maps.flatMap((map) => Object.entries(ConfigMap.parse(map).data).map(([key, text]) => ({ path: `files/${map.metadata.name}/${key}`, text, objects: [`ConfigMap/${map.metadata.name}`] })))
}

/** The servers that an environment brings along, and the Jobs that prepare them. Pure. */
export const serversOf = (objects: readonly KubeObject[]): Servers => {
  const ofKind = (wanted: string): KubeObject[] => objects.filter(({ kind }) => kind === wanted)
  const [sets, jobs] = [ofKind('StatefulSet'), ofKind('Job')]
  const ready: Conditions = Object.fromEntries(sets.map(({ metadata: { name } }) => [name, { condition: 'service_healthy' }]))
  const templates = [...sets, ...jobs].map(podTemplate)
  const all = [...sets.map((set) => servicesOf(set, 'unless-stopped', {})), ...jobs.map((job) => servicesOf(job, 'on-failure', ready))]
  return {
    services: Object.fromEntries(all.flatMap((services) => Object.entries(services))),
    volumes: sets.flatMap((set) => podTemplate(set).claims.map((claim) => volumeName(set.metadata.name, claim))),
    files: mounted(objects, templates),
    conditions: { ...ready, ...Object.fromEntries(jobs.map(({ metadata: { name } }) => [name, done])) },
  }
}
