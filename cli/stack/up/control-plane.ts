import { z } from 'zod'

import { daprSystem } from '../../../infra/constructs/control-plane.ts'
import { type ClusterPort, KubeRefusal } from '../../kube/port.ts'
import { findControlPlane, readyParts } from '../control-plane.ts'
import { type Check, failed, ok, warning } from './checks.ts'

const Mtls = z.object({ spec: z.object({ mtls: z.object({ enabled: z.boolean().default(true) }).optional() }) })
const withMtls = '`helm upgrade dapr dapr/dapr --reuse-values --set global.mtls.enabled=true`, then restart Dapr and the apps'

/** Dapr has it in the Configuration of its control plane, which an installation may switch off. */
const mtls = async (port: Pick<ClusterPort, 'find'>, namespace: string): Promise<Check> => {
  const name = 'mTLS'
  const configuration = await port.find({ apiVersion: 'dapr.io/v1alpha1', kind: 'Configuration', name: 'daprsystem', namespace })
  if (Mtls.safeParse(configuration).data?.spec.mtls?.enabled !== false) return ok(name, 'sidecars prove to each other who they are')
  return failed(name, 'it is off: sidecars cannot tell who calls, and access control lets nobody in', withMtls)
}

/** Whether Dapr is there and ready, and in which state. */
export const controlPlane = async (port: Pick<ClusterPort, 'find' | 'list'>): Promise<Check[]> => {
  const name = 'Dapr'
  try {
    const found = await findControlPlane(port)
    const versions = [...new Set(found.flatMap(({ metadata }) => metadata.labels?.['app.kubernetes.io/version'] ?? []))].join(', ') || 'of unknown version'
    const { away } = readyParts(found)
    if (away.length === 0) return [ok(name, versions), await mtls(port, found[0]?.metadata.namespace ?? daprSystem)]
    return [failed(name, `${away.join(', ')} ${away.length === 1 ? 'is' : 'are'} not ready`, 'install Dapr, or wait for it: `kubectl get deployments -A -l app.kubernetes.io/part-of=dapr`')]
  } catch (error) {
    if (!(error instanceof KubeRefusal) || error.status !== 403) throw error
    return [warning(name, 'its installation may not be looked at', 'the injection check tells whether it works')]
  }
}
