import type { ClusterPort } from '../../kube/port.ts'
import { atOnce, requestsAtOnce } from '../at-once.ts'
import type { Owned } from '../inventory.ts'
import { touched } from './report.ts'

/** What was changed in the cluster by hand after `up` applied it, in words. */
export const driftOf = async (port: ClusterPort, owned: readonly Owned[]): Promise<string[]> =>
  (await atOnce(owned, requestsAtOnce, async ({ digest: _, ...ref }) => touched(ref, await port.find(ref)))).flat()
