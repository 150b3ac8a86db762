import { describe, expect, test } from '@jest/globals'

import { flowsOf } from '../../../cli/graph/flows.ts'
import { edgeLines, mermaidOf, pictureOf } from '../../../cli/graph/index.ts'
import { differencesIn, livePicture, type Sighting } from '../../../cli/graph/live.ts'
import { type Loaded, loadedByAll } from '../../../cli/graph/loaded.ts'
import { samplesIn } from '../../../cli/graph/metrics.ts'
import { shop } from './fixtures.ts'

const whole = { shop: ['store', 'bus', 'vault'], billing: ['store', 'bus'] }
const types: Readonly<Record<string, string>> = { store: 'state.redis', bus: 'pubsub.redis', vault: 'secretstores.kubernetes', other: 'state.redis' }
const loading = (components: readonly string[], topics: readonly string[]): Loaded => ({
  components: components.map((name) => ({ name, type: types[name] ?? '' })),
  subscriptions: topics.map((topic) => ({ pubsubname: 'bus', topic })),
})

/** What sidecars that loaded all and counted this say. */
const sightings = (metrics: Readonly<Record<string, string>> = {}, loaded: Readonly<Record<string, Loaded>> = {}): Sighting[] =>
  Object.entries(whole).map(([app, components]) => ({
    app,
    loaded: loadedByAll(app, [loaded[app] ?? loading(components, app === 'billing' ? ['orders', 'orders-dead-letter'] : [])]),
    flows: flowsOf(app, 'market', samplesIn(metrics[app] ?? '')),
  }))

const picture = pictureOf(shop)
const linesOf = (seen: readonly Sighting[]): Record<string, string> =>
  Object.fromEntries(livePicture(picture, seen).edges.map((edge) => [`${edge.from} > ${edge.to}`, edgeLines(edge).join(': ')]))

const busy = {
  shop: `# HELP dapr_component_state_count The number of operations
dapr_component_state_count{app_id="shop",component="store",namespace="market",operation="get",success="true"} 1200
dapr_component_state_count{app_id="shop",component="store",namespace="market",operation="set",success="false"} 2
dapr_component_pubsub_egress_count{app_id="shop",component="bus",namespace="market",success="true",topic="orders"} 3
dapr_component_pubsub_egress_bulk_count{app_id="shop",component="bus",namespace="market",success="true",topic="orders"} 4
dapr_runtime_service_invocation_req_sent_total{app_id="shop",dst_app_id="billing.market",type="unary"} 5
dapr_runtime_service_invocation_res_recv_total{app_id="shop",src_app_id="billing",status="200",type="unary"} 4
dapr_runtime_service_invocation_res_recv_total{app_id="shop",src_app_id="billing",status="403",type="unary"} 1
dapr_component_job_success_count{app_id="shop",namespace="market",operation="job_trigger_op"} 6
`,
  billing: `dapr_component_pubsub_ingress_count{app_id="billing",component="bus",namespace="market",process_status="success",status="success",topic="orders"} 6
dapr_component_pubsub_ingress_count{app_id="billing",component="bus",namespace="market",process_status="retry",status="retry",topic="orders"} 1
`,
}

describe('the picture of a running stack', () => {
  test('says of each edge how often it was used, and how often in vain', () => {
    expect(linesOf(sightings(busy))).toEqual({
      'app billing > component store': 'state: silent',
      'app shop > component store': 'state: 1,202, 2 failed',
      'app shop > component vault': 'api-key: silent',
      'app shop > topic bus orders': 'publish: 7',
      'topic bus orders > app billing': 'billing-orders: 7, 1 failed',
      'app shop > app billing': 'charge: 5, 1 failed',
      'jobs shop > app shop': 'call: 6',
    })
  })

  test('marks an edge that fails each time, in the list of differences too', () => {
    const live = livePicture(picture, sightings({ shop: 'dapr_component_secret_count{component="vault",operation="get",success="false"} 2' }))
    expect(mermaidOf(live)).toContain('--x|"api-key<br/>all 2 failed"|')
    expect(differencesIn(live)).toContain('app shop -> component vault (api-key): fails')
  })

  test('marks what cannot work for what is not loaded, or for a sidecar that does not answer', () => {
    const lines = linesOf([...sightings(busy, { shop: loading(['store', 'vault'], []) }).slice(0, 1), { app: 'billing', flows: [] }])
    expect(lines).toMatchObject({ 'app shop > topic bus orders': 'publish: not loaded', 'topic bus orders > app billing': 'billing-orders: sidecar silent' })
    expect(linesOf(sightings({}, { billing: loading(whole.billing, []) }))).toMatchObject({ 'topic bus orders > app billing': 'billing-orders: not loaded' })
  })

  test('adds what was seen and is not in the config, and nothing of what Dapr brings along', () => {
    const metrics = 'dapr_component_pubsub_egress_count{component="bus",topic="gossip",success="true"} 2\ndapr_runtime_service_invocation_req_sent_total{dst_app_id="stranger"} 1'
    const seen = sightings({ shop: metrics }, { billing: { ...loading([...whole.billing, 'other'], ['orders', 'rumours']), components: [...loading([...whole.billing, 'other'], []).components, { name: 'kubernetes', type: 'secretstores.kubernetes' }] } })
    const live = livePicture(picture, seen)
    expect(differencesIn(live).filter((line) => line.endsWith('not declared'))).toEqual([
      'app billing -> component other (use): not declared',
      'topic bus rumours -> app billing (deliver): not declared',
      'app shop -> topic bus gossip (publish): not declared',
      'app shop -> app stranger (invoke): not declared',
    ])
    expect(live.nodes.filter(({ undeclared }) => undeclared).map(({ kind, lines }) => `${kind} ${lines.join(' ')}`)).toEqual(['state other', 'topic rumours', 'topic gossip', 'app stranger'])
    expect(mermaidOf(live)).toContain('==>|"publish<br/>not declared: 2"|')
  })

  test('shows dead letters where some came, as the config has them', () => {
    const came = 'dapr_component_pubsub_ingress_count{component="bus",process_status="success",topic="orders-dead-letter"} 1'
    const live = livePicture(picture, sightings({ billing: came }))
    expect(live.edges.map((edge) => edgeLines(edge).join(': '))).toContain('dead letters: 1')
    expect(differencesIn(live).join('\n')).not.toContain('dead')
    expect(JSON.stringify(livePicture(picture, sightings()))).not.toContain('dead')
  })

  test('counts as loaded only what every sidecar of the app has', () => {
    const [one, other] = [loading(['store', 'bus'], ['orders']), loading(['bus'], ['orders'])]
    expect(loadedByAll('billing', [one, other]).map(({ other: { lines } }) => lines.join())).toEqual(['bus', 'orders'])
  })
})

test('metrics are read with their labels, whatever stands in them', () => {
  expect(samplesIn('# TYPE a counter\na{b="x,\\"y\\"}",c="\\\\"} 1.5e+03\nplain 2\n\nnot a sample')).toEqual([
    { name: 'a', labels: { b: 'x,"y"}', c: '\\' }, value: 1500 },
    { name: 'plain', labels: {}, value: 2 },
  ])
})
