import { z } from 'zod'

import { recordLabel, secretsRecord } from '../../../config/define/index.ts'
import type { ClusterPort, KubeObject } from '../../kube/port.ts'
import { contentDigest } from '../../../infra/constructs/content-digest.ts'
import { isMap, type Json } from '../../../infra/rules/values.ts'
import { type Desired, ownLabels } from '../desired.ts'
import { isWorkload, podAnnotations } from '../up/phases.ts'
import { isSecretComponent, tokenAnnotations } from '../up/secrets.ts'

/** Names in the config → names of the Secrets that took their places. */
export type SecretNames = Readonly<Record<string, string>>

const Held = z.object({ data: z.object({ names: z.string() }) })

/** Reads which Secrets were rotated; none where nothing says so. */
export const readSecretNames = async (port: ClusterPort, { stack, namespace }: Pick<Desired, 'stack' | 'namespace'>): Promise<SecretNames> => {
  const { data } = Held.safeParse(await port.find({ apiVersion: 'v1', kind: 'ConfigMap', name: secretsRecord(stack), namespace }))
  return data ? z.record(z.string(), z.string()).parse(JSON.parse(data.data.names)) : {}
}

/** Writes it. The record stays as long as the Secrets do: `down` removes neither. */
export const writeSecretNames = async (port: ClusterPort, { stack, namespace }: Pick<Desired, 'stack' | 'namespace'>, names: SecretNames): Promise<void> => {
  const name = secretsRecord(stack)
  const labels = { ...ownLabels(stack, name), [recordLabel]: 'secrets' }
  await port.apply({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace, labels }, data: { names: JSON.stringify(names) } })
}

/** Every reference to a Secret in a value, by its new name. */
const rewritten = (value: unknown, names: SecretNames): unknown => {
  if (Array.isArray(value)) return value.map((item) => rewritten(item, names))
  if (!isMap(value)) return value
  const renamed = (reference: Json, key: string): Json => ({ ...reference, [key]: names[String(reference[key])] ?? reference[key] })
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => {
    if (!isMap(inner)) return [key, tokenAnnotations.includes(key) ? (names[String(inner)] ?? inner) : rewritten(inner, names)]
    if (key === 'secretKeyRef' || key === 'secretRef') return [key, renamed(inner, 'name')]
    return [key, key === 'secret' && 'secretName' in inner ? renamed(inner, 'secretName') : rewritten(inner, names)]
  }))
}

const Scoped = z.object({ scopes: z.array(z.string()).optional() })

/** Whether a component serves the app of a workload. */
const serves = (component: KubeObject, workload: KubeObject): boolean => {
  const app = podAnnotations(workload)['dapr.io/app-id']
  const { scopes } = Scoped.parse(component)
  return app !== undefined && (scopes === undefined || scopes.includes(app))
}

const Template = z.looseObject({ template: z.looseObject({ metadata: z.looseObject({ annotations: z.record(z.string(), z.string()).default({}) }) }) })

/** A sidecar reads the Secrets of its components when it starts: its pods are rolled when one has another name. */
const rolled = (workload: KubeObject, components: readonly KubeObject[]): KubeObject => {
  if (components.length === 0) return workload
  const spec = Template.parse(workload['spec'])
  const { metadata } = spec.template
  const annotations = { ...metadata.annotations, 'dapr-stack/secrets-digest': contentDigest(components.map((component) => component['spec'])) }
  return { ...workload, spec: { ...spec, template: { ...spec.template, metadata: { ...metadata, annotations } } } }
}

/** The manifests with the Secrets that took the places of those in the config. Pure. */
export const withSecretNames = (objects: readonly KubeObject[], names: SecretNames): readonly KubeObject[] => {
  if (Object.keys(names).length === 0) return objects
  const named = objects.map((object) => (isWorkload(object) || isSecretComponent(object) ? { ...object, spec: rewritten(object['spec'], names) } : object))
  const changed = named.filter((object, index) => isSecretComponent(object) && JSON.stringify(object) !== JSON.stringify(objects[index]))
  return named.map((object) => (isWorkload(object) ? rolled(object, changed.filter((component) => serves(component, object))) : object))
}
