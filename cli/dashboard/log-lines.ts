import type { Connection } from '../stack/connection.ts'
import type { LogLine } from '../stack/logs/line.ts'
import { merged } from '../stack/logs/merge.ts'
import { type LogReader, readAll } from '../stack/logs/read.ts'
import { messageOf } from '../stack/logs/render.ts'
import { showFollowing } from '../stack/logs/show-following.ts'

/** A line of a log as the page shows it. */
export type LineView = Pick<LogLine, 'app' | 'pod' | 'container' | 'time' | 'text'>

/** Lines of each container that are shown first. */
const tail = 100
/** Lines of all together that are shown first. */
const most = 500

const viewOf = (line: LogLine): LineView => ({ app: line.app, pod: line.pod, container: line.container, time: line.time, text: messageOf(line) })

/** Shows the last lines of the apps and then those that they write, merged by time, until the signal is aborted. */
export const showLines = async ({ port }: Connection, namespace: string, apps: readonly string[], show: (lines: readonly LineView[]) => void, signal: AbortSignal): Promise<void> => {
  const reader: LogReader = { port, namespace, apps, shown: { tail } }
  const before = await readAll(reader)
  const say = (lines: readonly LogLine[]): void => { if (lines.length > 0) show(lines.map(viewOf)) }
  say(merged(before.lines).slice(-most))
  await showFollowing(reader, before, [], say, signal)
}
