import { isDeepStrictEqual } from 'node:util'

import { type Diagnosis, diagnose } from '../../../cli/doctor/diagnosis.ts'
import { eventually } from '../../../cli/eventually.ts'
import { type AnyObject, clusterPort, type ClusterPort, kubeConfig, restOf, type StackCluster, stackCluster } from '../../../cli/kube/index.ts'
import { type DeployedGraph, graphIn } from '../../../cli/stack/graph.ts'
import { objectIn } from '../../../cli/verify/index.ts'
import { shopIn } from './shop.ts'

/** A shop that is broken and mended again. */
export interface Patient {
  readonly cluster: StackCluster
  readonly port: ClusterPort
  readonly namespace: string
  /** What was applied, whole. */
  readonly objects: readonly AnyObject[]
  readonly look: (graph?: DeployedGraph | null) => Promise<Diagnosis>
  /** Waits until exactly these findings are there, such as `component-missing Component/store`, twice in a row. */
  readonly untilFound: (...expected: readonly string[]) => Promise<Diagnosis>
  /** Applies an object of the shop, changed. */
  readonly change: (kind: string, name: string, change: (object: unknown) => unknown) => Promise<void>
  /** Applies an object of the shop as it was. */
  readonly restore: (kind: string, name: string) => Promise<void>
  readonly remove: (kind: string, name: string) => Promise<void>
  /** Makes the pods of an app anew. */
  readonly anew: (app: string) => Promise<void>
  /** Makes the pods of an app anew that crashed: Kubernetes starts them again after minutes only. */
  readonly revive: (app: string) => Promise<void>
}

export const namesOf = ({ findings }: Diagnosis): string[] => findings.map(({ id, subject }) => `${id} ${subject}`).sort()

/** On a busy machine parts of Dapr are not ready for moments, and doctor says so, rightly: that is none of a shop's. */
const ofTheCluster = /^(control-plane-down|injector-down) /

const patience = { seconds: 90, everySeconds: 0.5 }

export interface PatientOptions {
  /** @default redis */
  readonly broker?: Parameters<typeof shopIn>[2]
  /** Nothing else runs in the cluster: what it has itself counts, too. @default false */
  readonly alone?: boolean
}

/** Applies a shop to a namespace of its own. */
export const patientIn = async (namespace: string, image: string, { broker = 'redis', alone = false }: PatientOptions = {}): Promise<Patient> => {
  const config = kubeConfig()
  const [cluster, port] = [stackCluster(config, namespace), clusterPort(restOf(config))]
  const objects = shopIn(namespace, image, broker)
  for (const object of objects) await cluster.objects.apply(object)
  const [record] = (await port.list('v1', 'ConfigMap', { namespace, labels: 'dapr-stack/record=graph' }))
  if (!record) throw new Error('the shop left no record of its graph')
  const declared = graphIn(record)
  const look = (graph: DeployedGraph | null = declared): Promise<Diagnosis> => diagnose(port, cluster, namespace, graph ?? undefined, { probeMs: 15_000 })
  const expectFindings = (diagnosis: Diagnosis, expected: readonly string[]): void => {
    const names = namesOf(diagnosis).filter((name) => alone || !ofTheCluster.test(name))
    if (!isDeepStrictEqual(names, [...expected].sort())) throw new Error(`found where [${expected.join(', ')}] is expected: ${JSON.stringify(diagnosis.findings, null, 2)}`)
  }
  const objectOf = (kind: string, name: string): AnyObject => objectIn(objects, kind, name)
  const removePods = async (pods: readonly { readonly name: string }[]): Promise<void> => {
    for (const { name } of pods) await cluster.objects.remove({ apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace } }, 0)
  }
  return {
    cluster,
    port,
    namespace,
    objects,
    look,
    untilFound: (...expected) =>
      eventually(async () => {
        expectFindings(await look(), expected)
        const diagnosis = await look()
        expectFindings(diagnosis, expected)
        return diagnosis
      }, patience),
    change: async (kind, name, change) => { await cluster.objects.apply(change(objectOf(kind, name)) as AnyObject) },
    restore: async (kind, name) => { await cluster.objects.apply(objectOf(kind, name)) },
    remove: (kind, name) => cluster.objects.remove(objectOf(kind, name)),
    anew: async (app) => removePods(await cluster.pods(app)),
    revive: async (app) => removePods((await cluster.pods(app)).filter(({ containers }) => containers.some(({ ready, restarts }) => !ready && restarts > 0))),
  }
}
