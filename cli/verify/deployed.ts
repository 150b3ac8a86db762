import { sidecarPorts, type StackGraph } from '../../config/define/index.ts'
import { type Access, accessTo } from '../kube/access.ts'
import type { StackCluster } from '../kube/stack-cluster.ts'
import type { Control } from './controls/control.ts'
import type { Criterion } from './criterion.ts'

/** A deployed stack as the criteria see it: what was declared, where it runs, and how to reach it. */
export interface Deployed {
  readonly graph: StackGraph
  readonly cluster: StackCluster
  readonly access: Access
  /** Pods each app should have. */
  readonly replicas: Readonly<Record<string, number>>
  /** Folders with the source of what runs in the image. */
  readonly sources: readonly string[]
  /** Seconds that an expected effect may take. */
  readonly patienceSeconds: number
  /** What a caller of the API of an app's sidecars must send beside its request, such as a token. Default: nothing. */
  readonly sidecarHeaders?: (app: string) => Promise<Readonly<Record<string, string>>>
}

/** What a stack is verified by. The module that `verify` in its cdk8s.yaml names exports one as `verification`. */
export interface StackVerification {
  /** What the config declares. */
  readonly graph: StackGraph
  /** Folders with the source of what runs in the image, relative to the folder of the cdk8s.yaml. */
  readonly sources: readonly string[]
  /** The success criteria, in the order they depend on each other. */
  readonly criteria: (deployed: Deployed) => readonly Criterion[]
  /** What breaks the stack so that a criterion must fail; `stack verify --controls` arms them. Default: none. */
  readonly controls?: readonly Control[]
}

export const deployed = (parts: Omit<Deployed, 'access'>): Deployed => ({ ...parts, access: accessTo(parts.cluster) })

/** Name of the container that Dapr injects. */
export const sidecarContainer = 'daprd'

export interface Answer {
  readonly status: number
  readonly etag: string | undefined
  readonly text: string
  readonly json: () => unknown
}

const requestTimeoutMs = 15_000

/** What a criterion sends. */
export interface Request {
  readonly method?: 'POST' | 'PUT' | 'DELETE'
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

const ask = async (url: string, init: Request): Promise<Answer> => {
  // A connection of its own each time: a forwarded one dies with its pod.
  const response = await fetch(url, { ...init, headers: { connection: 'close', ...init.headers }, signal: AbortSignal.timeout(requestTimeoutMs) })
  const text = await response.text()
  return { status: response.status, etag: response.headers.get('etag') ?? undefined, text, json: () => JSON.parse(text) as unknown }
}

/** Sends a request to an app, to one of its pods where that is named. */
export const askApp = async ({ graph, access }: Deployed, app: string, path: string, init: Request = {}, pod?: string): Promise<Answer> => {
  const port = graph.apps.find(({ id }) => id === app)?.port
  if (port === undefined) throw new Error(`the stack has no app "${app}"`)
  return ask(`${await access.url(app, port, pod)}${path}`, init)
}

/** Sends a request to the sidecar of an app. */
export const askSidecar = async ({ access, sidecarHeaders }: Deployed, app: string, path: string, init: Request = {}, pod?: string): Promise<Answer> =>
  ask(`${await access.url(app, sidecarPorts.http, pod)}${path}`, { ...init, headers: { ...(await sidecarHeaders?.(app)), ...init.headers } })

/** The lines of all containers called `container` of an app that hold the text. */
export const logLines = async ({ cluster }: Deployed, app: string, container: string, text: string): Promise<string[]> => {
  const pods = await cluster.pods(app)
  const logs = await Promise.all(
    pods
      .filter(({ containers }) => containers.some(({ name }) => name === container))
      .map(async ({ name }) => (await cluster.logs(name, container)).split('\n').filter((line) => line.includes(text))),
  )
  return logs.flat()
}
