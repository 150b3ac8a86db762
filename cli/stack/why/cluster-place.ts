import type { StackGraph } from '../../../config/define/index.ts'
import { type Place, Unreachable } from '../../why/index.ts'
import type { Connection } from '../connection.ts'
import type { Found } from '../deployed.ts'
import { merged } from '../logs/merge.ts'
import { readAll } from '../logs/read.ts'
import { asEntry } from '../logs/sidecar-entry.ts'
import { askSidecar, NoAnswer } from '../sidecar.ts'
import { appOf, hasDaprd, isReady, podOf } from '../up/pods.ts'
import { clusterFindings } from './cluster-findings.ts'
import { loadedFindings } from './loaded.ts'

/** A stack in a namespace of a cluster, for `why`. Each app's own pods are asked: a store's keys are the app's. */
export const clusterPlace = ({ port, pods }: Connection, { namespace }: Found, graph: StackGraph, sinceSeconds: number | undefined): Place => {
  const inside = pods(namespace)
  const podsOf = async (app: string) => {
    const all = (await port.list('v1', 'Pod', { namespace })).map(podOf)
    return all.filter((pod) => appOf(pod) === app && pod.metadata.deletionTimestamp === undefined && hasDaprd(pod)).toSorted((a, b) => Number(isReady(b)) - Number(isReady(a)))
  }
  const ask: Place['ask'] = async (app, path) => {
    const [pod] = await podsOf(app)
    if (!pod) throw new Unreachable(`no pod of ${app} has a sidecar that could be asked`)
    try {
      return await askSidecar(port, inside, pod, path)
    } catch (error) {
      if (error instanceof NoAnswer) throw new Unreachable(`the sidecar of ${pod.metadata.name} does not answer: ${error.message}`, { cause: error })
      throw error
    }
  }
  const apps = graph.apps.map(({ id }) => id)
  return {
    name: `namespace ${namespace}`,
    ask,
    lines: async () => {
      const { lines } = await readAll({ port, namespace, apps, shown: { ...(sinceSeconds !== undefined && { sinceSeconds }) } })
      return merged(lines).map((line) => ({ ...line, text: asEntry(line.text) }))
    },
    findings: async () => {
      const objects = await clusterFindings(inside, graph)
      // What an object says is the reason for what its sidecars have not loaded.
      const known = objects.map(({ about }) => JSON.stringify(about))
      return [...objects, ...(await loadedFindings({ ask }, graph)).filter(({ about }) => !known.includes(JSON.stringify(about)))]
    },
    replay: (app, id) => `npm run dlq -- replay ${id} --app ${app} --namespace ${namespace}`,
  }
}
