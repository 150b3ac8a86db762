import type { DeployedGraph } from '../graph.ts'
import { StackError } from '../errors.ts'
import { appOf, containersOf, type Pod, statusesOf } from '../up/pods.ts'
import type { LogOrigin } from './line.ts'

/** One run of a container: what it writes until it ends. */
export interface LogSource extends LogOrigin {
  /** Tells it from all other runs of all containers. */
  readonly key: string
  readonly running: boolean
  /** It is the run before the last restart. */
  readonly previous: boolean
}

/**
 * The apps whose lines are wanted: one, or all of the stack.
 * @throws StackError for one that the stack does not have
 */
export const wantedApps = (stack: string, { apps }: DeployedGraph, wanted: string | undefined): string[] => {
  const ids = apps.map(({ id }) => id)
  if (wanted === undefined) return ids
  if (ids.includes(wanted)) return [wanted]
  throw new StackError('usage', `stack ${stack} has no app "${wanted}"`, `use one of ${ids.join(', ') || '(it has none)'}`)
}

const ofPod = (app: string, pod: Pod): LogSource[] =>
  containersOf(pod).flatMap(({ name: container }) => {
    const status = statusesOf(pod).find(({ name }) => name === container)
    if (!status) return []
    const { restartCount, state } = status
    const source = (run: number, previous: boolean): LogSource => ({ app, pod: pod.metadata.name, container, key: `${pod.metadata.uid}/${container}/${run}`, running: !previous && state.running !== undefined, previous })
    const before = restartCount > 0 ? [source(restartCount - 1, true)] : []
    return state.running === undefined && state.terminated === undefined ? before : [...before, source(restartCount, false)]
  })

/** What there is to read of the pods of these apps; pods on their way out count too. Pure. */
export const sourcesOf = (pods: readonly Pod[], apps: readonly string[]): LogSource[] =>
  pods.flatMap((pod) => {
    const app = appOf(pod)
    return app !== undefined && apps.includes(app) ? ofPod(app, pod) : []
  })
