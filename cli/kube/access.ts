import type { Forward } from './forward.ts'
import type { StackCluster } from './stack-cluster.ts'

/** Ways into the pods of a stack, opened when first asked for and kept until `close`. */
export interface Access {
  /** Base URL of a port of a pod; without a pod, of the first ready one of the app. */
  readonly url: (app: string, port: number, pod?: string) => Promise<string>
  readonly close: () => Promise<void>
}

/** No pod of the app is ready to be asked. */
export class NoReadyPod extends Error {
  override readonly name = 'NoReadyPod'
}

const firstReadyPod = async (cluster: StackCluster, app: string): Promise<string> => {
  const pods = await cluster.pods(app)
  const ready = pods.find(({ allReady }) => allReady)
  if (ready === undefined) throw new NoReadyPod(`no pod of ${app} is ready: ${pods.map(({ name, ready: r }) => `${name} ${r}`).join(', ') || 'none there'}`)
  return ready.name
}

export const accessTo = (cluster: StackCluster): Access => {
  const forwards = new Map<string, Promise<Forward>>()
  return {
    url: async (app, port, pod) => {
      const name = pod ?? (await firstReadyPod(cluster, app))
      const key = `${name}:${port}`
      const forward = forwards.get(key) ?? cluster.forward(name, port)
      forwards.set(key, forward)
      return (await forward).url
    },
    close: async () => {
      const open = await Promise.all(forwards.values())
      forwards.clear()
      await Promise.all(open.map((forward) => forward.close()))
    },
  }
}
