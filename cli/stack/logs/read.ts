import { type ClusterPort, KubeRefusal, type LogOptions } from '../../kube/port.ts'
import { atOnce, requestsAtOnce } from '../at-once.ts'
import { podOf } from '../up/pods.ts'
import { type LogLine, logLine } from './line.ts'
import { type LogSource, sourcesOf } from './sources.ts'

/** What is read, and from where. */
export interface LogReader {
  readonly port: ClusterPort
  readonly namespace: string
  /** Ids of the apps that are read. */
  readonly apps: readonly string[]
  /** How far back. */
  readonly shown: Pick<LogOptions, 'sinceSeconds' | 'tail'>
}

/** What there is to read now. */
export const currentSources = async ({ port, namespace, apps }: LogReader): Promise<LogSource[]> => sourcesOf((await port.list('v1', 'Pod', { namespace })).map(podOf), apps)

/** Whether a refusal says that the pod is gone, or its container not there any more or not yet. */
export const isGone = (error: unknown): boolean => error instanceof KubeRefusal && [400, 404].includes(error.status)

/** The lines that a source has until now. */
const linesOf = async ({ port, namespace, shown }: LogReader, source: LogSource): Promise<LogLine[]> => {
  try {
    const text = await port.log(namespace, source.pod, source.container, { ...shown, timestamps: true, previous: source.previous })
    return text.split('\n').flatMap((raw) => logLine(source, raw) ?? [])
  } catch (error) {
    if (isGone(error)) return []
    throw error
  }
}

/** What was read, and where each source stands after it. */
export interface Reading {
  readonly lines: readonly LogLine[]
  /** The time of the last line that was read of a source, by its key; `undefined` where it has none yet. */
  readonly last: ReadonlyMap<string, string | undefined>
}

/** Reads all sources there are. */
export const readAll = async (reader: LogReader): Promise<Reading> => {
  const read = await atOnce(await currentSources(reader), requestsAtOnce, async (source) => ({ key: source.key, lines: await linesOf(reader, source) }))
  return { lines: read.flatMap(({ lines }) => lines), last: new Map(read.map(({ key, lines }) => [key, lines.at(-1)?.time])) }
}
