import { z } from 'zod'

import type { ClusterPort, KubeObject } from '../../kube/port.ts'
import { atOnce, requestsAtOnce } from '../at-once.ts'
import type { Desired } from '../desired.ts'
import { isWorkload, podAnnotations } from './phases.ts'

/** A Secret that must be there; without a key any content will do. */
export interface Need {
  readonly secret: string
  readonly key?: string
  readonly by: string
}

const Reference = z.object({ name: z.string(), key: z.string().optional(), optional: z.boolean().default(false) })

/** Every `secretKeyRef`, `secretRef` and `secret` volume in a pod template. */
const inPod = (value: unknown): z.infer<typeof Reference>[] => {
  if (Array.isArray(value)) return value.flatMap(inPod)
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]: [string, unknown]) => {
    const { data } = Reference.safeParse(key === 'secret' && typeof inner === 'object' ? { ...inner, name: (inner as { secretName?: unknown } | null)?.secretName } : inner)
    return data && ['secretKeyRef', 'secretRef', 'secret'].includes(key) ? [data] : inPod(inner)
  })
}

/** Annotations of pods that name a Secret with a token. */
export const tokenAnnotations: readonly string[] = ['dapr.io/api-token-secret', 'dapr.io/app-token-secret']

const ofWorkload = (object: KubeObject): Need[] => {
  const by = object.metadata.name
  const annotated = tokenAnnotations.flatMap((name) => podAnnotations(object)[name] ?? []).map((secret) => ({ secret, key: 'token', by }))
  const referred = inPod(object['spec']).filter(({ optional }) => !optional).map(({ name, key }) => ({ secret: name, ...(key !== undefined && { key }), by }))
  return [...annotated, ...referred]
}

const Component = z.object({
  auth: z.object({ secretStore: z.string().optional() }).optional(),
  spec: z.object({ metadata: z.array(z.object({ secretKeyRef: z.object({ name: z.string(), key: z.string() }).optional() })).default([]) }),
})

const ofComponent = (object: KubeObject): Need[] => {
  const { data } = Component.safeParse(object)
  if (!data || !['kubernetes', undefined].includes(data.auth?.secretStore)) return []
  return data.spec.metadata.flatMap(({ secretKeyRef }) => (secretKeyRef ? [{ secret: secretKeyRef.name, key: secretKeyRef.key, by: object.metadata.name }] : []))
}

/** Whether an object is a component of Dapr, which may name Secrets. */
export const isSecretComponent = ({ kind, apiVersion }: KubeObject): boolean => kind === 'Component' && apiVersion.startsWith('dapr.io/')

/** The Secrets that pods and components of the manifests name. Pure. */
export const neededSecrets = (objects: readonly KubeObject[]): Need[] =>
  objects.flatMap((object) => (isWorkload(object) ? ofWorkload(object) : isSecretComponent(object) ? ofComponent(object) : []))

const Secret = z.object({ data: z.record(z.string(), z.string()).default({}), stringData: z.record(z.string(), z.string()).default({}) })
/** What of the Secrets is missing, in words; `atRunTime` are names of those that apps ask their secret store for. */
export const missingSecrets = async (port: ClusterPort, { objects, namespace, graph }: Desired): Promise<{ needed: number; missing: string[]; atRunTime: string[] }> => {
  const keysOf = async (name: string): Promise<string[] | undefined> => {
    const planned = objects.find(({ kind, metadata }) => kind === 'Secret' && metadata.name === name)
    const found = planned ?? (await port.find({ apiVersion: 'v1', kind: 'Secret', name, namespace }))
    if (!found) return undefined
    const { data, stringData } = Secret.parse(found)
    return [...Object.keys(data), ...Object.keys(stringData)]
  }
  const needs = neededSecrets(objects)
  const asked = graph.secrets.map(({ secret }) => secret)
  const names = [...new Set([...needs.map(({ secret }) => secret), ...asked])]
  const keys = new Map(await atOnce(names, requestsAtOnce, async (name) => [name, await keysOf(name)] as const))
  const lacking = ({ secret, key, by }: Need): string[] => {
    const there = keys.get(secret)
    if (!there) return [`Secret ${secret}, which ${by} names, is not there`]
    return key === undefined || there.includes(key) ? [] : [`Secret ${secret} lacks the key ${key} that ${by} names`]
  }
  return { needed: new Set(needs.map(({ secret }) => secret)).size, missing: [...new Set(needs.flatMap(lacking))], atRunTime: [...new Set(asked)].filter((name) => !keys.get(name)) }
}
