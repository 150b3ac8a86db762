import type { KubeObject } from '../../kube/port.ts'
import { isOurs } from '../diff/ownership.ts'
import { phasesOf } from '../up/phases.ts'

/** What `down` does with an object of the inventory. */
export interface Going {
  readonly object: KubeObject
  /** Why it stays; left out where it goes. */
  readonly stays?: string
}

const reason = (object: KubeObject, data: boolean): string | undefined => {
  if (['Namespace', 'PersistentVolumeClaim', 'PersistentVolume'].includes(object.kind)) return data ? undefined : '--data removes it too'
  return isOurs(object) ? undefined : 'somebody else has applied it anew'
}

/** What goes and what stays, in the order of the removal: what others need goes last. Pure. */
export const downPlan = (live: readonly KubeObject[], data: boolean): Going[] =>
  phasesOf(live)
    .reverse()
    .flatMap(({ objects }) => objects)
    .map((object) => {
      const stays = reason(object, data)
      return { object, ...(stays !== undefined && { stays }) }
    })

/** A reference to a volume that a StatefulSet's pods asked for: Kubernetes keeps it when the StatefulSet goes. */
export const isClaimOf = (claim: KubeObject, sets: readonly KubeObject[]): boolean =>
  sets.some(({ metadata }) => claim.metadata.namespace === metadata.namespace && new RegExp(`-${metadata.name}-\\d+$`).test(claim.metadata.name))

