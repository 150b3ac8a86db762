import { z } from 'zod'

import type { ClusterPort, KubeObject } from '../kube/port.ts'

/** What gives pods their sidecars. */
export const injectorPart = 'dapr-sidecar-injector'

/** Deployments of Dapr's control plane that sidecars need. */
export const controlPlaneParts: readonly string[] = ['dapr-operator', 'dapr-sentry', injectorPart]

const Deployment = z.object({ status: z.object({ readyReplicas: z.number().default(0) }).default({ readyReplicas: 0 }) })

/** Finds the control plane, in whatever namespace it is. @throws KubeRefusal */
export const findControlPlane = (port: ClusterPort): Promise<KubeObject[]> => port.list('apps/v1', 'Deployment', { labels: `app in (${controlPlaneParts.join(',')})` })

/** Which parts have a pod that is ready, and which not. Pure. */
export const readyParts = (found: readonly KubeObject[]): { readonly ready: readonly string[]; readonly away: readonly string[] } => {
  const isReady = (part: string): boolean => found.some((one) => one.metadata.labels?.['app'] === part && Deployment.parse(one).status.readyReplicas > 0)
  return { ready: controlPlaneParts.filter(isReady), away: controlPlaneParts.filter((part) => !isReady(part)) }
}
