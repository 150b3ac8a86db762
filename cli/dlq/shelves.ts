import { z } from 'zod'

import { deadLetterSource, type DeadLetterSource, sidecarPorts } from '../../config/define/index.ts'
import { type Access, type AnyObject, NoReadyPod, type StackCluster } from '../kube/index.ts'
import { DlqError, exitCodes } from './errors.ts'
import type { Shelf } from './shelf.ts'
import { type SidecarApi, sidecarApi } from './sidecar.ts'

const Subscription = z.object({
  scopes: z.tuple([z.string()], z.string()),
  spec: z.object({ pubsubname: z.string(), metadata: z.unknown() }),
})

const shelfOf = (app: string, pubsub: string, { topic, store }: DeadLetterSource, sidecar: SidecarApi, publisher: Shelf['publisher']): Shelf => ({
  app,
  topic,
  pubsub,
  store,
  sidecar,
  publisher,
})

/** The shelves of the apps whose sidecars are given: each sidecar tells its app and its subscriptions. */
export const shelvesOfSidecars = async (sidecars: readonly SidecarApi[]): Promise<Shelf[]> => {
  const known = await Promise.all(sidecars.map(async (sidecar) => ({ sidecar, ...(await sidecar.metadata()) })))
  const publisher = (app: string, topic: string) => async (): Promise<SidecarApi> => {
    const found = known.find(({ id }) => id === app)
    if (found) return found.sidecar
    throw new DlqError(`only ${app} may publish on topic "${topic}"; give its sidecar too: --sidecar URL`, exitCodes.notDone)
  }
  return known.flatMap(({ id, sidecar, subscriptions }) =>
    subscriptions.flatMap(({ pubsubname, metadata }) => {
      const source = deadLetterSource(metadata)
      return source ? [shelfOf(id, pubsubname, source, sidecar, publisher(source.publisher, source.topic))] : []
    }),
  )
}

const shelfOfObject = (object: AnyObject, sidecarOf: (app: string) => SidecarApi): Shelf[] => {
  const { data } = Subscription.safeParse(object)
  const source = deadLetterSource(data?.spec.metadata)
  if (!data || !source) return []
  const [app] = data.scopes
  return [shelfOf(app, data.spec.pubsubname, source, sidecarOf(app), async () => sidecarOf(source.publisher))]
}

/** A sidecar that is reached when it is first asked. */
const lateSidecar = (open: () => Promise<SidecarApi>): SidecarApi => {
  let opened: Promise<SidecarApi> | undefined
  const api = (): Promise<SidecarApi> => (opened ??= open())
  return {
    metadata: async () => (await api()).metadata(),
    get: async (...args) => (await api()).get(...args),
    put: async (...args) => (await api()).put(...args),
    remove: async (...args) => (await api()).remove(...args),
    publish: async (...args) => (await api()).publish(...args),
  }
}

/** The token that the API of an app's sidecar asks for; none where it asks for none. */
export type TokenOf = (app: string) => Promise<string | undefined>

const openSidecar = async (access: Access, app: string, tokenOf: TokenOf): Promise<SidecarApi> => {
  try {
    return sidecarApi({ url: await access.url(app, sidecarPorts.http), token: await tokenOf(app) })
  } catch (error) {
    if (error instanceof NoReadyPod) throw new DlqError(`${error.message}; its dead letters are read through its sidecar`, exitCodes.unreachable)
    throw error
  }
}

const subscriptionsIn = async ({ objects, namespace }: StackCluster): Promise<AnyObject[]> => {
  try {
    return await objects.list('dapr.io/v2alpha1', 'Subscription', namespace)
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new DlqError(`the cluster does not list the Subscriptions of namespace "${namespace}": ${why}; see KUBECONFIG and that Dapr is installed`, exitCodes.unreachable)
  }
}

/** The shelves of all apps in a namespace, found by their dead-letter Subscriptions. */
export const shelvesOfCluster = async (cluster: StackCluster, access: Access, tokenOf: TokenOf = async () => undefined): Promise<Shelf[]> => {
  const sidecars = new Map<string, SidecarApi>()
  const sidecarOf = (app: string): SidecarApi => {
    const sidecar = sidecars.get(app) ?? lateSidecar(() => openSidecar(access, app, tokenOf))
    sidecars.set(app, sidecar)
    return sidecar
  }
  return (await subscriptionsIn(cluster)).flatMap((object) => shelfOfObject(object, sidecarOf))
}
