import { text } from 'node:stream/consumers'

import { z } from 'zod'

import { KubeRefusal, type Rest } from './rest.ts'

const ManagedFields = z.looseObject({ manager: z.string().optional(), operation: z.string().optional(), time: z.string().optional(), subresource: z.string().optional(), fieldsV1: z.unknown() })

/** The schema of any object of a cluster; fields that it does not name stay. */
export const KubeObject = z.looseObject({
  apiVersion: z.string().default(''),
  kind: z.string().default(''),
  metadata: z.looseObject({
    name: z.string(),
    namespace: z.string().optional(),
    uid: z.string().optional(),
    labels: z.record(z.string(), z.string()).optional(),
    annotations: z.record(z.string(), z.string()).optional(),
    managedFields: z.array(ManagedFields).optional(),
    deletionTimestamp: z.string().optional(),
    creationTimestamp: z.string().nullish(),
    ownerReferences: z.array(z.looseObject({ kind: z.string(), name: z.string() })).optional(),
  }),
})

/** Any object of a cluster, as the API server gives it. */
export type KubeObject = z.infer<typeof KubeObject>

/** What tells an object from all others of a cluster. */
export interface ObjectRef {
  readonly apiVersion: string
  readonly kind: string
  readonly name: string
  /** Left out for objects that belong to no namespace. */
  readonly namespace?: string | undefined
}

export const refOf = ({ apiVersion, kind, metadata: { name, namespace } }: KubeObject): ObjectRef => ({ apiVersion, kind, name, ...(namespace !== undefined && { namespace }) })

/** `Kind/name`, as kubectl writes it. */
export const shortName = ({ kind, name }: Pick<ObjectRef, 'kind' | 'name'>): string => `${kind}/${name}`

/** A right that is asked for. */
export interface Right {
  readonly verb: string
  readonly group: string
  readonly resource: string
  readonly subresource?: string
  readonly namespace?: string
}

export interface WriteOptions {
  /** Ask what would be, and write nothing. @default false */
  readonly dryRun?: boolean
}

export interface LogOptions {
  /** Last lines only. @default - all */
  readonly tail?: number
  /** Of the container that ran before the last restart. @default false */
  readonly previous?: boolean
  /** Lines of the last so many seconds only. @default - all */
  readonly sinceSeconds?: number
  /** Lines from this moment on, RFC 3339, to the second. @default - all */
  readonly sinceTime?: string
  /** Begin each line with its time, RFC 3339. @default false */
  readonly timestamps?: boolean
}

/** All that `stack` asks of a cluster. What the API server refuses is thrown as KubeRefusal. */
export interface ClusterPort {
  /** Such as `v1.34.3`. */
  readonly version: () => Promise<string>
  readonly serves: (apiVersion: string, kind: string) => Promise<boolean>
  /** The name of a kind in paths and in rights, such as `deployments`. */
  readonly resource: (apiVersion: string, kind: string) => Promise<string>
  readonly find: (ref: ObjectRef) => Promise<KubeObject | undefined>
  readonly list: (apiVersion: string, kind: string, where?: { readonly namespace?: string; readonly labels?: string }) => Promise<KubeObject[]>
  /** Server-side apply under the name `fieldManager`, over whoever owned the fields. */
  readonly apply: (object: KubeObject, options?: WriteOptions) => Promise<KubeObject>
  readonly create: (object: KubeObject, options?: WriteOptions) => Promise<KubeObject>
  /** Changes single fields by JSON patch. */
  readonly patch: (ref: ObjectRef, operations: readonly unknown[], options?: WriteOptions) => Promise<KubeObject>
  /** Removes an object and what it owns; false when it was not there. */
  readonly remove: (ref: ObjectRef) => Promise<boolean>
  readonly allowed: (right: Right) => Promise<boolean>
  readonly log: (namespace: string, pod: string, container: string, options?: LogOptions) => Promise<string>
  /** The lines of a container as it writes them, until it ends or the signal is aborted. */
  readonly follow: (namespace: string, pod: string, container: string, signal: AbortSignal, options?: LogOptions) => AsyncIterable<string>
}

/** The name under which `stack` owns fields of objects. */
export const fieldManager = 'dapr-stack'

const ResourceList = z.object({ resources: z.array(z.object({ name: z.string(), kind: z.string(), namespaced: z.boolean() })) })
type Resource = z.infer<typeof ResourceList>['resources'][number]

const group = (apiVersion: string): string => (apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`)
const query = (values: Readonly<Record<string, string | undefined>>): string => {
  const given = Object.entries(values).flatMap(([name, value]): [string, string][] => (value === undefined ? [] : [[name, value]]))
  return given.length === 0 ? '' : `?${new URLSearchParams(given).toString()}`
}

const unless404 = async <T>(call: Promise<T>): Promise<T | undefined> => {
  try {
    return await call
  } catch (error) {
    if (error instanceof KubeRefusal && error.status === 404) return undefined
    throw error
  }
}

const logPath = (namespace: string, pod: string, container: string, { tail, previous, sinceSeconds, sinceTime, timestamps }: LogOptions, follow?: true): string => {
  const shown = { tailLines: tail?.toString(), sinceSeconds: sinceSeconds?.toString(), sinceTime, previous: previous?.toString(), timestamps: timestamps?.toString(), follow: follow?.toString() }
  return `/api/v1/namespaces/${namespace}/pods/${pod}/log${query({ container, ...shown })}`
}

/** The lines of a text that comes in pieces; the last one need not be ended. */
async function* linesIn(pieces: AsyncIterable<unknown>): AsyncGenerator<string> {
  let rest = ''
  for await (const piece of pieces) {
    const lines = (rest + String(piece)).split('\n')
    rest = lines.pop() ?? ''
    yield* lines
  }
  if (rest !== '') yield rest
}

/** Looks up where the objects of a kind are; each API group is asked once. */
const discovery = (rest: Rest) => {
  const groups = new Map<string, Promise<readonly Resource[]>>()
  const fetched = async (apiVersion: string): Promise<readonly Resource[]> => ResourceList.parse((await unless404(rest.json({ path: group(apiVersion) }))) ?? { resources: [] }).resources
  return async (apiVersion: string, kind: string): Promise<Resource | undefined> => {
    const found = groups.get(apiVersion) ?? fetched(apiVersion)
    groups.set(apiVersion, found)
    return (await found).find((resource) => resource.kind === kind && !resource.name.includes('/'))
  }
}

/** The cluster behind an API. */
export const clusterPort = (rest: Rest): ClusterPort => {
  const resourceOf = discovery(rest)
  const known = async (apiVersion: string, kind: string): Promise<Resource> => {
    const resource = await resourceOf(apiVersion, kind)
    if (!resource) throw new KubeRefusal(404, 'NotFound', `the cluster knows no ${kind} of ${apiVersion}`)
    return resource
  }
  const folder = async (apiVersion: string, kind: string, namespace: string | undefined): Promise<string> => {
    const { name, namespaced } = await known(apiVersion, kind)
    return `${group(apiVersion)}${namespaced && namespace !== undefined ? `/namespaces/${namespace}` : ''}/${name}`
  }
  const path = async ({ apiVersion, kind, name, namespace = 'default' }: ObjectRef): Promise<string> => `${await folder(apiVersion, kind, namespace)}/${name}`
  const dry = (dryRun = false) => ({ dryRun: dryRun ? 'All' : undefined, fieldManager })
  const written = async (call: Promise<unknown>): Promise<KubeObject> => KubeObject.parse(await call)

  return {
    version: async () => z.object({ gitVersion: z.string() }).parse(await rest.json({ path: '/version' })).gitVersion,
    serves: async (apiVersion, kind) => (await resourceOf(apiVersion, kind)) !== undefined,
    resource: async (apiVersion, kind) => (await known(apiVersion, kind)).name,
    find: async (ref) => {
      const found = await unless404(path(ref).then((at) => rest.json({ path: at })))
      return found === undefined ? undefined : KubeObject.parse(found)
    },
    list: async (apiVersion, kind, { namespace, labels } = {}) => {
      const at = await folder(apiVersion, kind, namespace)
      const { items } = z.object({ items: z.array(KubeObject).nullish() }).parse(await rest.json({ path: at + query({ labelSelector: labels }) }))
      return (items ?? []).map((item) => ({ ...item, apiVersion, kind }))
    },
    apply: async (object, { dryRun } = {}) => {
      const at = (await path(refOf(object))) + query({ ...dry(dryRun), force: 'true' })
      return written(rest.json({ method: 'PATCH', path: at, body: object, contentType: 'application/apply-patch+yaml' }))
    },
    create: async (object, { dryRun } = {}) => {
      const at = (await folder(object.apiVersion, object.kind, object.metadata.namespace ?? 'default')) + query(dry(dryRun))
      return written(rest.json({ method: 'POST', path: at, body: object }))
    },
    patch: async (ref, operations, { dryRun } = {}) =>
      written(rest.json({ method: 'PATCH', path: (await path(ref)) + query(dry(dryRun)), body: operations, contentType: 'application/json-patch+json' })),
    remove: async (ref) => {
      const body = { apiVersion: 'v1', kind: 'DeleteOptions', propagationPolicy: 'Background' }
      return (await unless404(path(ref).then((at) => rest.json({ method: 'DELETE', path: at, body })))) !== undefined
    },
    allowed: async ({ group: apiGroup, ...right }) => {
      const spec = { resourceAttributes: { group: apiGroup, ...right } }
      const body = { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectAccessReview', spec }
      const answer = await rest.json({ method: 'POST', path: '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', body })
      return z.object({ status: z.object({ allowed: z.boolean() }) }).parse(answer).status.allowed
    },
    log: async (namespace, pod, container, options = {}) => text(await rest.stream({ path: logPath(namespace, pod, container, options) })),
    follow: async function* (namespace, pod, container, signal, options = {}) {
      const response = await rest.stream({ path: logPath(namespace, pod, container, options, true), signal, stays: true })
      yield* linesIn(response.setEncoding('utf8'))
    },
  }
}
