/** How often a sidecar has handed an event of a topic to its app, by what came of it. */
export interface Deliveries {
  readonly success: number
  /** Answers by which the event comes again, or becomes a dead letter. */
  readonly refused: number
}

const counter = 'dapr_component_pubsub_ingress_count'

const labelOf = (line: string, name: string): string | undefined => new RegExp(`[{,]${name}="([^"]*)"`).exec(line)?.[1]

/** Reads off a sidecar's metrics, in Prometheus' text format, what it delivered of a topic. Pure. */
export const deliveriesIn = (metrics: string, pubsub: string, topic: string): Deliveries => {
  const lines = metrics.split('\n').filter((line) => line.startsWith(`${counter}{`) && labelOf(line, 'component') === pubsub && labelOf(line, 'topic') === topic)
  const sum = (wanted: (status: string | undefined) => boolean): number =>
    lines.filter((line) => wanted(labelOf(line, 'process_status'))).reduce((total, line) => total + Number(line.slice(line.lastIndexOf(' '))), 0)
  return { success: sum((status) => status === 'success'), refused: sum((status) => status !== 'success') }
}
