import { type AnyStack, graphOf } from '../../config/define/index.ts'
import type { AppSettings } from './app-settings.ts'
import type { Backend, Backends } from './backend.ts'
import { backlogsOf } from './backlog.ts'
import { selectorOf } from './labels.ts'
import type { NetworkPeer } from './network-peers.ts'
import type { NetworkSettings } from './network-settings.ts'

const isBehind = (backend: Backend | undefined, server: string): boolean => {
  const label = JSON.stringify(selectorOf(server))
  return backend?.targets?.some(({ pods }) => JSON.stringify(pods) === label) ?? false
}

/** The apps of a stack that use a server of their namespace, by what stands behind their components. */
export const serverClients = <St extends AnyStack>(stack: St, backends: Backends<St>, server: string): string[] => {
  const behind: Readonly<Record<string, Backend>> = backends
  return graphOf(stack).apps.filter(({ components }) => components.some((component) => isBehind(behind[component], server))).map(({ id }) => id)
}

/** What decides who counts the events that wait in a server. */
export interface ScaledStack<St extends AnyStack> {
  readonly backends: Backends<St>
  readonly apps: Readonly<Record<string, AppSettings>>
  /** @default - what `NetworkSettings` says */
  readonly network?: NetworkSettings | undefined
}

const kedaOperator: NetworkPeer = { namespace: 'keda', pods: { app: 'keda-operator' } }

/** Who reaches a server of the namespace beside the apps: KEDA's operator, where events wait there for an app that has `eventsPerPod`. */
export const serverPeers = <St extends AnyStack>(stack: St, { backends, apps, network }: ScaledStack<St>, server: string): NetworkPeer[] => {
  const graph = graphOf(stack)
  const scaled = Object.entries(apps).filter(([, { autoscaling }]) => autoscaling?.eventsPerPod !== undefined)
  const counted = scaled.flatMap(([app]) => backlogsOf(graph, app, backends)).some(({ backend }) => isBehind(backend, server))
  return counted ? [network?.keda ?? kedaOperator] : []
}
