import { link, mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

import type { Pod } from './pods.ts'

const everyMs = 1000

/** Keeps what a cluster forgets: the logs of pods that are gone, and which containers ended by themselves. */
export interface Watch {
  /** How often each container ended that nobody had ended. */
  failures(): Readonly<Record<string, number>>
  stop(): Promise<void>
}

export interface WatchOptions {
  readonly pods: () => Promise<readonly Pod[]>
  /** Ids of the containers that were killed. */
  readonly killed: ReadonlySet<string>
  /** Folder of the kubelet's logs, and the start of the names of the pods' folders there. */
  readonly podLogs: string
  readonly prefix: string
  /** Where the logs are kept, by links: they go on growing, and stay. */
  readonly folder: string
}

const keepLogs = async ({ podLogs, prefix, folder }: WatchOptions): Promise<void> => {
  for (const pod of (await readdir(podLogs)).filter((name) => name.startsWith(prefix))) {
    for (const file of (await readdir(join(podLogs, pod), { recursive: true })).filter((name) => name.endsWith('.log'))) {
      await mkdir(join(folder, pod, file, '..'), { recursive: true })
      await link(join(podLogs, pod, file), join(folder, pod, file)).catch(() => undefined) // it is there, or the pod has just gone
    }
  }
}

export const startWatch = (options: WatchOptions): Watch => {
  const { pods, killed } = options
  const ended = new Map<string, string>()
  const look = async (): Promise<void> => {
    await keepLogs(options)
    for (const { app, leaving, containers } of await pods()) {
      if (leaving) continue
      for (const container of containers) for (const { id, how } of container.ended) ended.set(id, `${app} ${container.name} (${how})`)
    }
  }
  const stopping = new AbortController()
  const work = (async () => {
    while (!stopping.signal.aborted) {
      await look().catch(() => undefined) // a folder that went while it was read; the next look sees the rest
      await sleep(everyMs)
    }
  })()
  return {
    failures: () => {
      const counts: Record<string, number> = {}
      for (const [id, name] of ended) if (!killed.has(id)) counts[name] = (counts[name] ?? 0) + 1
      return counts
    },
    stop: () => {
      stopping.abort()
      return work
    },
  }
}
