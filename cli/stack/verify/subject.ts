import { z } from 'zod'

import { type Deployed, deployed, type StackVerification } from '../../verify/index.ts'
import { atOnce, requestsAtOnce } from '../at-once.ts'
import type { Connection } from '../connection.ts'
import { tokenOf } from '../sidecar.ts'
import { appOf, podOf } from '../up/pods.ts'

const Scaled = z.object({ spec: z.object({ replicas: z.number().default(1) }) })

/** The pods that each app is to have, as its Deployment says; one that is not there has none. */
const replicasOf = async ({ port }: Connection, namespace: string, { apps }: StackVerification['graph']): Promise<Record<string, number>> => {
  const counts = await atOnce(apps, requestsAtOnce, async ({ id }): Promise<[string, number]> => {
    const found = await port.find({ apiVersion: 'apps/v1', kind: 'Deployment', name: id, namespace })
    return [id, found === undefined ? 0 : Scaled.parse(found).spec.replicas]
  })
  return Object.fromEntries(counts)
}

const headersOf = ({ port }: Connection, namespace: string) => async (app: string): Promise<Record<string, string>> => {
  const [pod] = (await port.list('v1', 'Pod', { namespace })).map(podOf).filter((pod) => appOf(pod) === app)
  const token = pod && (await tokenOf(port, namespace, pod))
  return token === undefined ? {} : { 'dapr-api-token': token }
}

/** The stack in a namespace, as its criteria see it. */
export const subjectOf = async (connection: Connection, namespace: string, { graph, sources }: StackVerification, patienceSeconds: number): Promise<Deployed> =>
  deployed({ graph, sources, cluster: connection.pods(namespace), replicas: await replicasOf(connection, namespace, graph), patienceSeconds, sidecarHeaders: headersOf(connection, namespace) })
