import { type ClusterPort, KubeRefusal, refOf, shortName } from '../../kube/port.ts'
import { sidecarError } from '../../kube/sidecar-log.ts'
import { readable } from '../../local/log-line.ts'
import { StackError } from '../errors.ts'
import { fixFor } from './failure.ts'
import { hasDaprd, type Pod, podLine, sidecarContainer, statusesOf } from './pods.ts'
import { snapshotOf } from './snapshot.ts'
import type { NotReady } from './wait.ts'

const tail = 12
const wide = 200

const logOf = async (port: ClusterPort, namespace: string, pod: string, container: string, previous: boolean): Promise<string> => {
  try {
    return await port.log(namespace, pod, container, { tail: 60, previous })
  } catch (error) {
    if (error instanceof KubeRefusal) return '' // it has not run yet
    throw error
  }
}

/** What is known of the pod that is worst off. */
export interface Evidence {
  readonly event: string | undefined
  readonly states: readonly string[]
  readonly sidecarError: string | undefined
  readonly logs: readonly { readonly container: string; readonly lines: readonly string[] }[]
}

const evidenceOf = async (port: ClusterPort, namespace: string, pod: Pod): Promise<Evidence> => {
  const { events } = await snapshotOf(port, namespace, [])
  const statuses = statusesOf(pod)
  const logs = await Promise.all(statuses.map(async ({ name, restartCount, state }) => {
    const text = await logOf(port, namespace, pod.metadata.name, name, restartCount > 0 && state.running === undefined)
    return { container: name, text }
  }))
  const line = podLine(pod)
  return {
    event: events.get(pod.metadata.name),
    states: line.containers.map(({ name, state, restarts }) => `${name} ${state}${restarts > 0 ? `, ${restarts} restarts` : ''}`),
    sidecarError: hasDaprd(pod) ? sidecarError((logs.find(({ container }) => container === sidecarContainer)?.text ?? '').split('\n')) : undefined,
    logs: logs.map(({ container, text }) => ({ container, lines: text.trimEnd().split('\n').filter(Boolean).slice(-tail).map(readable) })),
  }
}

const cut = (line: string): string => (line.length > wide ? `${line.slice(0, wide)}…` : line)

/** What went wrong, for people. Pure. */
export const evidenceText = (name: string, why: string, pod: string | undefined, { event, states, sidecarError: fatal, logs }: Evidence): string => {
  const facts = [
    `${name}: ${why}`,
    ...(pod === undefined ? [] : [`  pod ${pod}: ${states.join('; ') || 'no container has started'}`]),
    ...(event === undefined ? [] : [`  last event: ${event}`]),
    ...(fatal === undefined ? [] : [`  the sidecar says: ${cut(readable(fatal))}`]),
  ]
  return [...facts, ...logs.flatMap(({ container, lines }) => [`  last lines of ${container}:`, ...(lines.length === 0 ? ['    (none)'] : lines.map((line) => `    ${cut(line)}`))])].join('\n')
}

const worst = ({ pods, failures }: NotReady): Pod | undefined =>
  pods.find(({ metadata }) => metadata.name === failures[0]?.pod) ?? pods.find((pod) => statusesOf(pod).some(({ ready }) => !ready)) ?? pods[0]

/** Looks why a workload does not become ready, and makes an error with one fix of it; `print` gets the whole evidence. */
export const explain = async (port: ClusterPort, namespace: string, notReady: NotReady, print: (text: string) => void): Promise<StackError> => {
  const name = shortName(refOf(notReady.object))
  const pod = worst(notReady)
  const evidence = pod ? await evidenceOf(port, namespace, pod) : { event: undefined, states: [], sidecarError: undefined, logs: [] }
  print(evidenceText(name, notReady.message, pod?.metadata.name, evidence))
  const clues = [notReady.message, ...(evidence.sidecarError === undefined ? [] : [evidence.sidecarError]), ...evidence.states, ...(evidence.event === undefined ? [] : [evidence.event])]
  const fix = fixFor(clues, notReady.timedOut ? 'look at the logs above, or give it a longer --timeout' : 'look at the logs above')
  const mend = `${fix}; what was applied stays, and \`stack up\` goes on from it`
  const cause = evidence.sidecarError === undefined ? '' : ` (${cut(readable(evidence.sidecarError))})`
  return new StackError(notReady.timedOut ? 'timeout' : 'failed', `${name}: ${notReady.message}${cause}`, mend, { cause: notReady })
}
