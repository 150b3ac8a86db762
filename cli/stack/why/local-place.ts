import type { StackGraph } from '../../../config/define/index.ts'
import { readRunLog } from '../../local/run-log.ts'
import { findRunning, type RunningApps } from '../../local/running.ts'
import { type Finding, type Line, type Place, Unreachable } from '../../why/index.ts'
import { StackError } from '../errors.ts'
import { sidecarContainer } from '../up/pods.ts'
import { loadedFindings } from './loaded.ts'

const timeoutMs = 5000
const loopback = (port: number): string => `http://127.0.0.1:${port}`

const silence = async ({ id, port }: RunningApps['apps'][number]): Promise<Finding[]> => {
  try {
    await fetch(`${loopback(port)}/health`, { signal: AbortSignal.timeout(timeoutMs) })
    return []
  } catch {
    return [{ about: { kind: 'app', app: id }, text: `${id} does not answer on port ${port}`, fix: 'mend its code; it is started again when that changes' }]
  }
}

const asker = (apps: RunningApps['apps']): Place['ask'] => async (app, path) => {
  const running = apps.find(({ id }) => id === app)
  if (!running) throw new Unreachable(`the local run has no ${app}`)
  try {
    const response = await fetch(loopback(running.sidecar) + path, { headers: { connection: 'close' }, signal: AbortSignal.timeout(timeoutMs) })
    return { status: response.status, text: await response.text() }
  } catch (error) {
    throw new Unreachable(`the sidecar of ${app} does not answer on port ${running.sidecar}`, { cause: error })
  }
}

/** The line of an app or its sidecar; those of the servers and the scheduler are nobody's. */
const lineOf = (apps: RunningApps['apps'], { time, name, text }: { readonly time: string; readonly name: string; readonly text: string }): Line[] => {
  const app = apps.find(({ id }) => name === id || name === `${id} ${sidecarContainer}`)?.id
  return app === undefined ? [] : [{ time, app, container: name === app ? app : sidecarContainer, text }]
}

/**
 * The local run of a folder, for `why`.
 * @throws StackError where none runs
 */
export const localPlace = async (root: string, portOffset: number, graph: StackGraph): Promise<Place> => {
  const running = await findRunning(root, portOffset)
  if (!running) throw new StackError('preflight', `no local run of ${root} has the port offset ${portOffset}, or it is just starting`, 'start it by `npm start`, or give its --port-offset')
  const { apps, folder } = running
  const ask = asker(apps)
  const sidecarOf = (app: string): string => loopback(apps.find(({ id }) => id === app)?.sidecar ?? 0)
  return {
    name: `the local run .local/${portOffset}`,
    ask,
    lines: async () => (await readRunLog(folder)).flatMap((line) => lineOf(apps, line)),
    findings: async () => [...(await Promise.all(apps.map(silence))).flat(), ...(await loadedFindings({ ask }, graph))],
    replay: (app, id) => `npm run dlq -- replay ${id} --sidecar ${sidecarOf(app)}`,
  }
}
