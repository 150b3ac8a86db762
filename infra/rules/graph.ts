import { recordLabel, type InvocationEdge } from '../../config/define/index.ts'
import type { Thing } from './thing.ts'
import { isMap, listOf, mapOf, textOf, valueAt } from './values.ts'

/** What the record of a stack's graph says; nothing where the object is none. */
export interface RecordedGraph {
  readonly invocations: readonly Pick<InvocationEdge, 'caller' | 'callee' | 'route'>[]
}

const none: RecordedGraph = { invocations: [] }

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** The graph in the ConfigMap that a DaprStack leaves. What cannot be read is none: others may write such objects too. */
export const graphIn = ({ kind, body }: Thing): RecordedGraph => {
  if (kind !== 'ConfigMap' || valueAt(body, ['metadata', 'labels', recordLabel]) !== 'graph') return none
  const graph = parsed(textOf(mapOf(body['data'])['graph']) ?? '')
  const invocations = listOf(mapOf(graph)['invocations']).filter(isMap).flatMap((edge) => {
    const [caller, callee, route] = ['caller', 'callee', 'route'].map((key) => textOf(edge[key]))
    return caller !== undefined && callee !== undefined && route !== undefined ? [{ caller, callee, route }] : []
  })
  return { invocations }
}
