import { readFile } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'

import { z } from 'zod'

import type { StackCluster } from '../../../cli/kube/index.ts'
import { containerSecurity, podSecurity } from '../../../infra/constructs/security.ts'
import { stack } from '../../../config/tasks/index.ts'
import { untilReady } from '../deployment.ts'
import { opening } from '../network.ts'

const stopFile = '/tmp/stop'
const completedFile = '/tmp/completed'

const Report = z.object({
  requests: z.number(),
  /** Requests on a connection that had carried one before. */
  kept: z.number(),
  /** Tasks whose completion was answered. */
  completed: z.number(),
  failures: z.array(z.object({ began: z.string(), at: z.string(), call: z.string(), connections: z.string(), what: z.string() })),
})
export type Report = z.infer<typeof Report>

/** A client inside the cluster that comes through the apps' Services, as any other there does. */
export interface InClusterLoad {
  /** Puts load on the API while the work is done and a moment more, and tells what the client saw. */
  readonly during: (work: () => Promise<void>) => Promise<Report>
  /** Tasks that were completed, under any load so far, and not notified. */
  readonly unnotified: () => Promise<string[]>
}

const podOf = (name: string, image: string) => ({
  automountServiceAccountToken: false,
  securityContext: podSecurity,
  terminationGracePeriodSeconds: 1,
  containers: [{
    name, image, imagePullPolicy: 'IfNotPresent', command: ['node', '-e', 'setInterval(() => {}, 1000)'],
    securityContext: containerSecurity, volumeMounts: [{ name: 'tmp', mountPath: '/tmp' }],
  }],
  volumes: [{ name: 'tmp', emptyDir: {} }],
})

const notifiedProgram = `
  import { readFileSync } from 'node:fs'
  const tasks = readFileSync('${completedFile}', 'utf8').split('\\n').filter(Boolean)
  const unnotified = []
  for (const id of tasks) if (!(await fetch('http://notification-service/notifications/' + id + '-2')).ok) unnotified.push(id)
  process.stdout.write(JSON.stringify(unnotified))`

/** Starts the client's pod, of that name, from an image that has Node 24. */
export const startLoad = async (cluster: StackCluster, name: string, image: string): Promise<InClusterLoad> => {
  const metadata = { name, namespace: cluster.namespace, labels: { app: name } }
  for (const app of ['task-api', 'notification-service'] as const) await cluster.objects.apply(opening(cluster.namespace, app, stack.services[app].port, name))
  await cluster.objects.apply({ apiVersion: 'v1', kind: 'Pod', metadata, spec: podOf(name, image) })
  await untilReady(cluster, { [name]: 1 })
  const program = await readFile('test/e2e/rollout/load.ts', 'utf8')
  const node = (text: string, ...args: string[]) => cluster.exec(name, name, ['node', '--input-type=module-typescript', '-e', text, ...args])
  return {
    during: async (work) => {
      await node(`import { rmSync } from 'node:fs'; rmSync('${stopFile}', { force: true })`)
      const report = node(program, 'http://task-api', stopFile, completedFile)
      try {
        await delay(2_000)
        await work()
        await delay(1_000)
      } finally {
        await node(`import { writeFileSync } from 'node:fs'; writeFileSync('${stopFile}', '')`)
      }
      return Report.parse(JSON.parse(await report))
    },
    unnotified: async () => z.array(z.string()).parse(JSON.parse(await node(notifiedProgram))),
  }
}
