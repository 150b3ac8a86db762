import { z } from 'zod'

import type { ClusterPort, KubeObject, ObjectRef } from '../../kube/port.ts'
import { type Pod, podOf } from './pods.ts'

/** What a namespace looks like at one moment. */
export interface Snapshot {
  readonly find: (ref: ObjectRef) => KubeObject | undefined
  readonly pods: readonly Pod[]
  /** The last event of each object, by its name. */
  readonly events: ReadonlyMap<string, string>
}

const Event = z.object({
  involvedObject: z.object({ name: z.string().default('') }),
  reason: z.string().default(''),
  message: z.string().default(''),
  type: z.string().default('Normal'),
  lastTimestamp: z.string().nullish(),
  eventTime: z.string().nullish(),
  metadata: z.object({ creationTimestamp: z.string().nullish() }),
})

const timeOf = ({ lastTimestamp, eventTime, metadata }: z.infer<typeof Event>): string => lastTimestamp ?? eventTime ?? metadata.creationTimestamp ?? ''

const longest = 160

/** The last event of each object; of two at the same second a warning tells more. */
const lastEvents = (objects: readonly KubeObject[]): Map<string, string> => {
  const events = objects.map((object) => Event.parse(object)).sort((a, b) => timeOf(a).localeCompare(timeOf(b)) || Number(a.type === 'Warning') - Number(b.type === 'Warning'))
  return new Map(events.map(({ involvedObject, reason, message }) => [involvedObject.name, `${reason}: ${message}`.replaceAll(/\s+/g, ' ').slice(0, longest)]))
}

/** Looks at a namespace: its pods, its events, and the objects of these kinds. */
export const snapshotOf = async (port: ClusterPort, namespace: string, kinds: readonly Pick<ObjectRef, 'apiVersion' | 'kind'>[]): Promise<Snapshot> => {
  const [pods, events, ...lists] = await Promise.all([
    port.list('v1', 'Pod', { namespace }),
    port.list('v1', 'Event', { namespace }),
    ...kinds.map(({ apiVersion, kind }) => port.list(apiVersion, kind, { namespace })),
  ])
  const objects = lists.flat()
  return {
    find: ({ kind, name }) => objects.find((object) => object.kind === kind && object.metadata.name === name),
    pods: pods.map(podOf),
    events: lastEvents(events),
  }
}
