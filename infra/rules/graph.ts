import { type InvocationEdge, recordLabel, type TopicNode } from '../../config/define/index.ts'
import type { Thing } from './thing.ts'
import { isMap, listOf, mapOf, textOf, textsOf, valueAt } from './values.ts'

/** What the record of a stack's graph says; nothing where the object is none. */
export interface RecordedGraph {
  readonly invocations: readonly Pick<InvocationEdge, 'caller' | 'callee' | 'route'>[]
  readonly topics: readonly Pick<TopicNode, 'name' | 'pubsub' | 'publishers'>[]
}

const none: RecordedGraph = { invocations: [], topics: [] }

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
  const topics = listOf(mapOf(graph)['topics']).filter(isMap).flatMap((topic) => {
    const [name, pubsub] = [textOf(topic['name']), textOf(topic['pubsub'])]
    return name !== undefined && pubsub !== undefined ? [{ name, pubsub, publishers: textsOf(topic['publishers']) }] : []
  })
  return { invocations, topics }
}
