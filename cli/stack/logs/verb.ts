import { connect } from '../connection.ts'
import type { Context } from '../context.ts'
import { findStack } from '../deployed.ts'
import type { Exit } from '../errors.ts'
import { graphIn } from '../graph.ts'
import { holds, wordsOf } from './filter.ts'
import type { LogLine } from './line.ts'
import { merged } from './merge.ts'
import { type LogReader, readAll } from './read.ts'
import { lineText } from './render.ts'
import { showFollowing } from './show-following.ts'
import { wantedApps } from './sources.ts'

const lastOf = (lines: readonly LogLine[], tail: number | undefined): readonly LogLine[] => (tail === undefined ? lines : lines.slice(Math.max(0, lines.length - tail)))

/** Why nothing is shown. */
const nothingText = (read: number, words: readonly string[], apps: readonly string[]): string =>
  read > 0 ? `none of the ${read} lines of ${apps.join(', ')} holds ${words.map((word) => `"${word}"`).join(' and ')}` : `${apps.join(', ')} wrote no line in this time`

/** `stack logs`: what the apps of a deployed stack and their sidecars write. */
export const logsVerb = async ({ host, options, output, signal }: Context): Promise<Exit> => {
  const { port } = await connect(options)
  const { stack, namespace, record } = await findStack({ host, options }, port, 'graph')
  const graph = graphIn(record)
  const apps = wantedApps(stack, graph, options.app)
  const words = wordsOf(options)
  // The last lines of each source are enough for the last of all, unless some of them are not wanted.
  const tail = words.length === 0 ? options.tail : undefined
  const reader: LogReader = { port, namespace, apps, shown: { ...(options.since !== undefined && { sinceSeconds: options.since }), ...(tail !== undefined && { tail }) } }
  const text = lineText(graph.apps.map(({ id }) => id), host.stdout.isTTY && !host.env['NO_COLOR'])
  const show = (lines: readonly LogLine[]): void => {
    for (const line of lines) output.emit({ type: 'result', result: 'log', value: line })
    if (lines.length > 0) output.print(lines.map(text).join('\n'))
  }

  const before = await readAll(reader)
  const { lines } = before
  const wanted = lines.filter((line) => holds(line, words))
  show(lastOf(merged(wanted), options.tail))
  if (wanted.length === 0 && options.tail !== 0) host.writeError(`stack logs: ${nothingText(lines.length, words, apps)}\n`)
  if (!options.follow) return 'ok'

  await showFollowing(reader, before, words, show, signal)
  return 'interrupted'
}
