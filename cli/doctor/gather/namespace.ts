import { z } from 'zod'

import type { KubeObject, ObjectRef } from '../../kube/port.ts'
import { podOf } from '../../stack/up/pods.ts'
import type { EventEvidence, Evidence } from '../evidence.ts'
import type { Scene } from './scene.ts'

const plain: readonly Pick<ObjectRef, 'apiVersion' | 'kind'>[] = [
  { apiVersion: 'apps/v1', kind: 'Deployment' },
  { apiVersion: 'apps/v1', kind: 'StatefulSet' },
  { apiVersion: 'apps/v1', kind: 'DaemonSet' },
  { apiVersion: 'v1', kind: 'Service' },
  { apiVersion: 'v1', kind: 'ServiceAccount' },
  { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler' },
]

const daprs: readonly Pick<ObjectRef, 'apiVersion' | 'kind'>[] = [
  { apiVersion: 'dapr.io/v1alpha1', kind: 'Component' },
  { apiVersion: 'dapr.io/v1alpha1', kind: 'Configuration' },
  { apiVersion: 'dapr.io/v2alpha1', kind: 'Subscription' },
]

const scaledObject: Pick<ObjectRef, 'apiVersion' | 'kind'> = { apiVersion: 'keda.sh/v1alpha1', kind: 'ScaledObject' }

/** The kinds of others that the cluster knows. */
const foreign = async ({ port, probes: { look } }: Scene): Promise<readonly Pick<ObjectRef, 'apiVersion' | 'kind'>[]> => {
  const [hasDapr, hasKeda] = await Promise.all([
    look('Dapr\'s kinds', () => port.serves('dapr.io/v1alpha1', 'Component')),
    look('KEDA\'s kinds', () => port.serves(scaledObject.apiVersion, scaledObject.kind)),
  ])
  return [...(hasDapr ? daprs : []), ...(hasKeda ? [scaledObject] : [])]
}

const Event = z.object({ involvedObject: z.object({ name: z.string().default('') }), reason: z.string().default(''), message: z.string().default(''), lastTimestamp: z.string().nullish(), eventTime: z.string().nullish() })

const eventsIn = (objects: readonly KubeObject[]): EventEvidence[] =>
  objects
    .map((object) => Event.parse(object))
    .sort((a, b) => (a.lastTimestamp ?? a.eventTime ?? '').localeCompare(b.lastTimestamp ?? b.eventTime ?? ''))
    .map(({ involvedObject, reason, message }) => ({ object: involvedObject.name, reason, message: message.replaceAll(/\s+/g, ' ').slice(0, 500) }))

const Secret = z.object({ metadata: z.object({ name: z.string() }), data: z.record(z.string(), z.string()).nullish() })

type Listed = Pick<Evidence, 'objects' | 'listed' | 'pods' | 'events'> & { readonly secrets?: NonNullable<Evidence['secrets']> }

/** Lists what a namespace holds, of kinds that the cluster knows. */
export const namespaceIn = async (scene: Scene): Promise<Listed> => {
  const { port, namespace, probes: { look } } = scene
  const list = (apiVersion: string, kind: string): Promise<KubeObject[] | undefined> => look(`${kind}s of ${namespace}`, () => port.list(apiVersion, kind, { namespace }))
  const kinds = [...plain, ...(await foreign(scene))]
  const [pods, events, secrets, ...lists] = await Promise.all([list('v1', 'Pod'), list('v1', 'Event'), list('v1', 'Secret'), ...kinds.map(({ apiVersion, kind }) => list(apiVersion, kind))])
  return {
    objects: lists.flatMap((objects) => objects ?? []),
    listed: new Set([...kinds.filter((_, index) => lists[index] !== undefined).map(({ kind }) => kind), ...(pods ? ['Pod'] : [])]),
    pods: (pods ?? []).map(podOf),
    events: eventsIn(events ?? []),
    ...(secrets && { secrets: new Map(secrets.map((secret) => [secret.metadata.name, Secret.parse(secret).data ?? {}])) }),
  }
}
