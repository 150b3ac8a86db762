import { z } from 'zod'

import type { ClusterPort } from '../../kube/port.ts'
import { atOnce, requestsAtOnce } from '../at-once.ts'
import type { Desired } from '../desired.ts'
import { neededSecrets } from '../up/secrets.ts'

/** A key of a Secret that the config names, and whether it is there. */
export interface SecretState {
  readonly secret: string
  /** Left out where any key will do. */
  readonly key?: string
  /** Names of the components and workloads that name it; of the apps that ask for it at run time. */
  readonly by: readonly string[]
  /** Whether pods or components cannot start without it; apps ask for the others while they run. */
  readonly required: boolean
  readonly there: boolean
}

const Keys = z.object({ data: z.record(z.string(), z.unknown()).default({}), stringData: z.record(z.string(), z.unknown()).default({}) })

/** The keys of a Secret that is there or comes with the manifests; undefined where there is none. Values are not kept. */
const keysOf = async (port: Pick<ClusterPort, 'find'>, { objects, namespace }: Pick<Desired, 'objects' | 'namespace'>, name: string): Promise<string[] | undefined> => {
  const planned = objects.find(({ kind, metadata }) => kind === 'Secret' && metadata.name === name)
  const found = planned ?? (await port.find({ apiVersion: 'v1', kind: 'Secret', name, namespace }))
  if (!found) return undefined
  const { data, stringData } = Keys.parse(found)
  return [...Object.keys(data), ...Object.keys(stringData)]
}

/** What the manifests and the graph name, each key once. Pure. */
const named = ({ objects, graph }: Pick<Desired, 'objects' | 'graph'>): Omit<SecretState, 'there'>[] => {
  const needs = [
    ...neededSecrets(objects).map((need) => ({ ...need, required: true })),
    ...graph.secrets.map(({ app, secret }) => ({ secret, key: undefined, by: app, required: false })),
  ]
  const groups = Map.groupBy(needs, ({ secret, key }) => JSON.stringify([secret, key]))
  return [...groups.values()].flatMap(([first, ...others]) => {
    if (!first) return []
    const { secret, key, required } = first
    return [{ secret, ...(key !== undefined && { key }), by: [...new Set([first, ...others].map(({ by }) => by))].sort(), required }]
  })
}

/** Looks at every Secret that the config names. */
export const secretStates = async (port: Pick<ClusterPort, 'find'>, desired: Pick<Desired, 'objects' | 'namespace' | 'graph'>): Promise<SecretState[]> => {
  const wanted = named(desired)
  const names = [...new Set(wanted.map(({ secret }) => secret))]
  const keys = new Map(await atOnce(names, requestsAtOnce, async (name) => [name, await keysOf(port, desired, name)] as const))
  return wanted.map((one) => ({ ...one, there: one.key === undefined ? keys.get(one.secret) !== undefined : (keys.get(one.secret)?.includes(one.key) ?? false) }))
}

export const nameOf = ({ secret, key = '*' }: Pick<SecretState, 'secret' | 'key'>): string => `${secret}/${key}`

export const isMissing = ({ there, required }: SecretState): boolean => required && !there
