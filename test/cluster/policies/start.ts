import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Instance } from '../instance.ts'
import { startInside, type Namespaces } from '../namespaces.ts'
import { until } from '../until.ts'

const NAME = 'network-policies'

/** Holds the pods of a cluster, whose network knows of no policies, to its NetworkPolicies. Returns when they are. */
export async function startPolicies(namespaces: Namespaces, instance: Instance): Promise<void> {
  const program = fileURLToPath(new URL('./main.ts', import.meta.url))
  await startInside(namespaces, NAME, [process.execPath, program, instance.kubeconfig])
  const log = join(instance.logFolder, `${NAME}.log`)
  await until('network policies to be enforced', async () => (await readFile(log, 'utf8')).includes('are enforced'), { hint: `see ${log}` })
}
