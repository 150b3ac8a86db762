import { z } from 'zod'

import type { KubeObject } from '../../../kube/port.ts'
import type { Manifest } from '../../../local/manifests.ts'

const Service = z.object({ spec: z.object({ ports: z.array(z.object({ port: z.number() })) }) })

/** A server that the environment brings into a cluster, and that must be on this machine instead. */
export interface Server {
  /** The host by which components name it. */
  readonly name: string
  readonly ports: readonly number[]
}

/** The servers of the manifests: each is a StatefulSet behind a Service of its name. Pure. */
export const serversIn = (objects: readonly KubeObject[]): Server[] => {
  const sets = objects.filter(({ kind }) => kind === 'StatefulSet').map(({ metadata }) => metadata.name)
  return objects
    .filter(({ kind, metadata }) => kind === 'Service' && sets.includes(metadata.name))
    .map((service) => ({ name: service.metadata.name, ports: Service.parse(service).spec.ports.map(({ port }) => port) }))
}

const Component = z.looseObject({ kind: z.literal('Component'), spec: z.looseObject({ metadata: z.array(z.looseObject({ value: z.unknown() })) }) })

const local = (value: unknown, { name, ports }: Server): unknown =>
  typeof value === 'string' ? ports.reduce((text, port) => text.replaceAll(new RegExp(`(^|[/,@])${name}:${port}(?!\\d)`, 'g'), `$1localhost:${port}`), value) : value

/** A resource whose addresses of these servers are on this machine; others stay as they are. Pure. */
export const onThisMachine = (resource: Manifest, servers: readonly Server[]): Manifest => {
  const { data } = Component.safeParse(resource)
  if (!data) return resource
  const metadata = data.spec.metadata.map((item) => ({ ...item, ...(item.value !== undefined && { value: servers.reduce(local, item.value) }) }))
  return { ...resource, spec: { ...data.spec, metadata } }
}
