import { describe, expect, test } from '@jest/globals'
import { App, Chart, Testing } from 'cdk8s'

import { KafkaServer, NatsServer, RedisServer } from '../../../infra/constructs/index.ts'
import type { ServerSettings } from '../../../infra/constructs/server-guard.ts'
import { find, type Manifest, namesOf, podOf } from '../manifest.ts'

const common = { stack: 'orders', name: 'server', image: 'server:1', storage: '1Gi' }
const kinds = {
  redis: (chart: Chart, settings: ServerSettings) => new RedisServer(chart, 'server', { ...common, ...settings }),
  kafka: (chart: Chart, settings: ServerSettings) => new KafkaServer(chart, 'server', { ...common, ...settings, topics: [] }),
  nats: (chart: Chart, settings: ServerSettings) => new NatsServer(chart, 'server', { ...common, ...settings, topics: [] }),
}
const jobs = { redis: [], kafka: ['server-topics'], nats: ['server-streams'] } as const
const ports = { redis: 6379, kafka: 9092, nats: 4222 } as const

const objectsOf = (kind: keyof typeof kinds, settings: ServerSettings = {}): Manifest[] => {
  const chart = new Chart(new App(), 'servers', { disableResourceNameHashes: true })
  kinds[kind](chart, settings)
  return Testing.synth(chart) as Manifest[]
}
const pods = (app: string) => ({ podSelector: { matchLabels: { app } } })
const at = (kind: keyof typeof ports) => [{ protocol: 'TCP', port: ports[kind] }]

describe.each(['redis', 'kafka', 'nats'] as const)('a server of the kind %s', (kind) => {
  test('is reached by its clients and by the Job that prepares it, at its port, and asks for names alone', () => {
    const { spec } = find(objectsOf(kind, { clients: ['shop'] }), 'NetworkPolicy', 'server')
    expect(spec).toMatchObject({ podSelector: { matchLabels: { app: 'server' } }, policyTypes: ['Ingress', 'Egress'], egress: [{ ports: [{ port: 53 }, { port: 53 }] }] })
    expect((spec as { readonly ingress: object }).ingress).toEqual([{ from: ['shop', ...jobs[kind]].map(pods), ports: at(kind) }])
  })

  test('is reached by all pods of the stack where nobody says whose it is', () => {
    expect(find(objectsOf(kind), 'NetworkPolicy', 'server').spec).toMatchObject({ ingress: [{ from: [{ podSelector: { matchLabels: { 'app.kubernetes.io/part-of': 'orders' } } }] }] })
  })

  test('is prepared by a Job that reaches it, and that nobody reaches', () => {
    const objects = objectsOf(kind)
    const named = namesOf(objects, 'NetworkPolicy').filter((name) => name !== 'server')
    expect(named).toEqual(jobs[kind])
    for (const name of named) {
      expect(find(objects, 'NetworkPolicy', name).spec).toMatchObject({ egress: [{}, { to: [pods('server')], ports: at(kind) }] })
      expect(find(objects, 'NetworkPolicy', name).spec).not.toHaveProperty('ingress')
      const job = objects.find((object) => object.kind === 'Job')
      expect(job && podOf(job).metadata.labels).toMatchObject({ app: name })
    }
  })

  test('has an account without rights or token, a priority where one is given, and does not hold up a node', () => {
    const objects = objectsOf(kind, { priorityClass: 'urgent' })
    expect(find(objects, 'ServiceAccount', 'server')).toMatchObject({ automountServiceAccountToken: false })
    expect(podOf(find(objects, 'StatefulSet', 'server')).spec).toMatchObject({ serviceAccountName: 'server', automountServiceAccountToken: false, priorityClassName: 'urgent' })
    expect(find(objects, 'PodDisruptionBudget', 'server').spec).toMatchObject({ maxUnavailable: 1 })
  })
})
