import type { Sample } from '../../graph/metrics.ts'

/** How often a sidecar has handed an event of a topic to its app, by what came of it. */
export interface Deliveries {
  readonly success: number
  /** Answers by which the event comes again, or becomes a dead letter. */
  readonly refused: number
}

const counter = 'dapr_component_pubsub_ingress_count'

/** What a sidecar delivered of a topic, by what it has counted. Pure. */
export const deliveriesIn = (samples: readonly Sample[], pubsub: string, topic: string): Deliveries => {
  const own = samples.filter(({ name, labels }) => name === counter && labels['component'] === pubsub && labels['topic'] === topic)
  const sum = (wanted: (status: string | undefined) => boolean): number =>
    own.filter(({ labels }) => wanted(labels['process_status'])).reduce((total, { value }) => total + value, 0)
  return { success: sum((status) => status === 'success'), refused: sum((status) => status !== 'success') }
}
