import { thingsOf } from '../../../infra/rules/things.ts'
import type { Evidence } from '../evidence.ts'
import { brokersIn, unreadLetters } from './brokers.ts'
import { clocksOf, controlPlaneIn, namespaceLabelsOf } from './cluster.ts'
import { namespaceIn } from './namespace.ts'
import type { Scene } from './scene.ts'
import { sidecarsIn } from './sidecars.ts'
import { deadLettersOf, readsOf } from './stores.ts'

/** Looks at a namespace and what it needs of its cluster, everything that does not need another first. Changes nothing. */
export const gathered = async (scene: Scene): Promise<Evidence> => {
  const { namespace, graph } = scene
  const [controlPlane, namespaceLabels, clocks] = [controlPlaneIn(scene), namespaceLabelsOf(scene), clocksOf(scene)]
  const listed = await namespaceIn(scene)
  const base = { namespace, graph, ...listed, things: thingsOf(listed.objects) }
  const asked = sidecarsIn(scene, listed.pods, listed.secrets)
  const [sidecars, reads, kept, brokers] = await Promise.all([
    asked,
    asked.then((sidecars) => readsOf(scene, sidecars)),
    asked.then((sidecars) => deadLettersOf(scene, { ...base, sidecars })),
    brokersIn(scene, base),
  ])
  const labels = await namespaceLabels
  return {
    ...base,
    controlPlane: await controlPlane,
    clocks: await clocks,
    ...(labels && { namespaceLabels: labels }),
    sidecars,
    brokers,
    reads,
    deadLetters: [...kept, ...unreadLetters(base, brokers)],
  }
}

export type { Scene } from './scene.ts'
