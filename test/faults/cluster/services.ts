import { z } from 'zod'

import type { AnyObject, StackCluster } from '../../../cli/kube/index.ts'
import { opening } from '../../e2e/network.ts'

const Service = z.object({ spec: z.object({ ports: z.tuple([z.object({ nodePort: z.int().positive() })]) }) })

const service = (namespace: string, app: string, port: number): AnyObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: `${app}-from-outside`, namespace },
  spec: { type: 'NodePort', selector: { app }, ports: [{ port, targetPort: port }] },
})

/**
 * Opens a port of the ready pods of an app to this machine, on the node's address; kube-proxy chooses the pod for each connection. Gives
 * the port.
 */
export const openToOutside = async ({ objects, namespace }: StackCluster, app: string, port: number): Promise<number> => {
  await objects.apply(opening(namespace, app, port))
  const { spec } = Service.parse(await objects.apply(service(namespace, app, port)))
  return spec.ports[0].nodePort
}
