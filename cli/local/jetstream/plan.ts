import { z } from 'zod'

import { jetStreamFiles, jetStreamLabel } from '../../../infra/constructs/jetstream-files.ts'
import type { Manifest } from '../manifests.ts'

/** A NATS server that the run starts. */
export interface JetStreamPlan {
  /** The host by which components name it. */
  readonly name: string
  /** Its settings file. */
  readonly settings: string
  /** What makes its streams. */
  readonly setup: string
}

const ConfigMap = z.object({
  kind: z.literal('ConfigMap'),
  metadata: z.object({ labels: z.object({ [jetStreamLabel]: z.string() }) }),
  data: z.object({ [jetStreamFiles.server]: z.string(), [jetStreamFiles.setup]: z.string() }),
})

/** The servers that the manifests ask for. */
export const planJetStream = (manifests: readonly Manifest[]): JetStreamPlan[] =>
  manifests.flatMap((manifest) => {
    const { data: found } = ConfigMap.safeParse(manifest)
    if (!found) return []
    return [{ name: found.metadata.labels[jetStreamLabel], settings: found.data[jetStreamFiles.server], setup: found.data[jetStreamFiles.setup] }]
  })

const Component = z.looseObject({
  spec: z.looseObject({ type: z.literal('pubsub.jetstream'), metadata: z.array(z.looseObject({ name: z.string(), value: z.unknown() })) }),
})

/** The resource with the address that a server has in this run; others stay as they are. */
export const withAddress = (resource: Manifest, server: JetStreamPlan, address: string): Manifest => {
  const { data: component } = Component.safeParse(resource)
  if (!component) return resource
  const metadata = component.spec.metadata.map((item) => (item.name === 'natsURL' && isOf(server, item.value) ? { ...item, value: address } : item))
  return { ...resource, spec: { ...component.spec, metadata } }
}

const isOf = ({ name }: JetStreamPlan, url: unknown): boolean => typeof url === 'string' && URL.canParse(url) && new URL(url).hostname === name
