import { z } from 'zod'

import type { Manifest } from './manifests.ts'

const Component = z.object({
  kind: z.literal('Component'),
  metadata: z.object({ name: z.string() }),
  spec: z.object({ type: z.string(), metadata: z.array(z.object({ name: z.string(), value: z.unknown() })).default([]) }),
  scopes: z.array(z.string()).default([]),
})

const componentsOfType = (resources: readonly Manifest[], type: string) =>
  resources.flatMap((resource) => {
    const { success, data } = Component.safeParse(resource)
    return success && data.spec.type === type ? [data] : []
  })

/** The components whose events would stay in one of the several sidecars that use them. */
export const sharedMemoryBrokers = (resources: readonly Manifest[]): { readonly name: string; readonly users: readonly string[] }[] =>
  componentsOfType(resources, 'pubsub.in-memory')
    .filter(({ scopes }) => scopes.length !== 1)
    .map(({ metadata, scopes }) => ({ name: metadata.name, users: scopes.length > 0 ? scopes : ['all apps'] }))

/** The files that secret stores read. A sidecar does not start without them. */
export const secretFiles = (resources: readonly Manifest[]): string[] =>
  componentsOfType(resources, 'secretstores.local.file').flatMap(({ spec }) =>
    spec.metadata.flatMap(({ name, value }) => (name === 'secretsFile' && typeof value === 'string' ? [value] : [])),
  )
