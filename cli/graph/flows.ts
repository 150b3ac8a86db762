import { type LiveEdge, liveEdges } from './live-edge.ts'
import type { Sample } from './metrics.ts'

/** Calls that really took place along an edge. */
export interface Flow extends LiveEdge {
  readonly count: number
  readonly failed: number
}

type Labels = Sample['labels']
type Reader = (value: number, labels: Labels, app: string, namespace: string) => Flow

const flow = (edge: LiveEdge, count: number, failed: boolean): Flow => ({ ...edge, count, failed: failed ? count : 0 })

const published: Reader = (value, { component = '', topic = '', success }, app) => flow(liveEdges.publishes(app, component, topic), value, success === 'false')

/** An app's name; its namespace is left out where it is the caller's own. */
const calleeOf = (name: string, namespace: string): string => (name.endsWith(`.${namespace}`) ? name.slice(0, -namespace.length - 1) : name)
const isGood = (status = ''): boolean => /^(2\d\d|0)$/.test(status) // of HTTP, of gRPC

/** Metrics of a sidecar. A call of bulk publish counts as one: Dapr 1.18 does not say how many events are in it. */
const readers: Readonly<Record<string, Reader>> = {
  dapr_component_state_count: (value, { component = '', success }, app) => flow(liveEdges.uses(app, 'state', component), value, success === 'false'),
  dapr_component_secret_count: (value, { component = '', success }, app) => flow(liveEdges.uses(app, 'secrets', component), value, success === 'false'),
  dapr_component_pubsub_egress_count: published,
  dapr_component_pubsub_egress_bulk_count: published,
  dapr_component_pubsub_ingress_count: (value, { component = '', topic = '', process_status }, app) => flow(liveEdges.delivers(app, component, topic), value, process_status !== 'success'),
  dapr_runtime_service_invocation_req_sent_total: (value, { dst_app_id = '' }, app, namespace) => flow(liveEdges.invokes(app, calleeOf(dst_app_id, namespace)), value, false),
  // What has this as its source is the answer of the app that was invoked.
  dapr_runtime_service_invocation_res_recv_total: (value, { src_app_id = '', status }, app, namespace) => ({
    ...liveEdges.invokes(app, calleeOf(src_app_id, namespace)), count: 0, failed: isGood(status) ? 0 : value,
  }),
  dapr_component_job_success_count: (value, _, app) => flow(liveEdges.calls(app), value, false),
  dapr_component_job_failure_count: (value, _, app) => flow(liveEdges.calls(app), value, true),
}

/** What the sidecar of an app has counted since it started. Pure. */
export const flowsOf = (app: string, namespace: string, samples: readonly Sample[]): Flow[] =>
  samples.flatMap(({ name, labels, value }) => readers[name]?.(value, labels, app, namespace) ?? [])
