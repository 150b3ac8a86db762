import { describe, expect, test } from '@jest/globals'

import { graphOf } from '../../../config/define/index.ts'
import { stack } from '../../../config/tasks/index.ts'
import type { Backend } from '../../../infra/constructs/index.ts'
import { images } from '../../../infra/images.ts'
import { environments } from '../../../infra/tasks/environments.ts'
import { expectFile } from '../file-snapshot.ts'
import { find, namesOf, podOf, workloads } from '../manifest.ts'
import { synthesized, taskObjects } from '../task-objects.ts'

const graph = graphOf(stack)

describe.each(Object.entries(environments))('in the environment %s', (name, environment) => {
  const objects = taskObjects({ environment })
  const pods = workloads(objects).map((workload) => [workload.metadata.name, podOf(workload)] as const)

  test('the whole manifest is the one that was looked at', () => {
    expectFile(new URL(`${name}.yaml`, import.meta.url), synthesized({ environment }).synthYaml())
  })

  test('every object has a name of its kind and its own, and the standard labels', () => {
    const ids = objects.map(({ kind, metadata }) => `${kind}/${metadata.name}`)
    expect(new Set(ids).size).toBe(ids.length)
    for (const { metadata } of objects) {
      expect(metadata.labels).toMatchObject({
        'app.kubernetes.io/name': expect.any(String),
        'app.kubernetes.io/instance': expect.any(String),
        'app.kubernetes.io/part-of': 'tasks',
        'app.kubernetes.io/managed-by': 'cdk8s',
      })
    }
  })

  test('every image has a tag that does not move', () => {
    const used = pods.flatMap(([, { spec }]) => spec.containers.map(({ image }) => image))
    expect(used.length).toBeGreaterThanOrEqual(graph.apps.length)
    for (const image of used) {
      expect(Object.values(images)).toContain(image)
      expect(image).toMatch(/:(?!latest$)[\w.-]+$/)
    }
  })

  test.each(pods)('the pods of %s pass Pod Security restricted', (_name, { spec }) => {
    expect(spec.securityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } })
    for (const { securityContext } of spec.containers) {
      expect(securityContext).toEqual({ allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } })
    }
  })

  test('a sidecar has a token only when its app reads Kubernetes Secrets, and no other container has one', () => {
    const stores: Readonly<Record<string, Backend>> = environment.backends
    const readers = new Set(graph.secrets.filter(({ store }) => stores[store]?.type === 'secretstores.kubernetes').map(({ app }) => app))
    expect(pods.filter(([, { metadata }]) => metadata.annotations?.['dapr.io/volume-mounts']?.includes('service-account')).map(([name]) => name)).toEqual([...readers])
    expect(pods.filter(([, { spec }]) => spec.automountServiceAccountToken !== false)).toEqual([])
  })

  test('every Component and every Subscription has scopes, and every Subscription its dead-letter topic', () => {
    for (const name of namesOf(objects, 'Component')) expect(find(objects, 'Component', name).scopes).not.toHaveLength(0)
    for (const name of namesOf(objects, 'Subscription')) {
      const { scopes, spec } = find(objects, 'Subscription', name)
      expect(scopes).toHaveLength(1)
      expect(spec).toMatchObject({ deadLetterTopic: expect.stringMatching(/.-dead-letter$/) })
    }
  })

  test('what an app refuses is delivered again, and in a bounded time', () => {
    const inbound = { retry: 'delivery', timeout: 'delivery' }
    for (const { app, pubsub } of graph.subscriptions) {
      expect(find(objects, 'Resiliency', app).spec).toMatchObject({
        policies: { retries: { delivery: { maxRetries: expect.any(Number) } }, timeouts: { delivery: expect.any(String) } },
        targets: { components: { [pubsub]: { inbound } } },
      })
    }
  })

  test('each pod is closed in both directions by a NetworkPolicy that is about it alone', () => {
    const alone = Object.fromEntries(namesOf(objects, 'NetworkPolicy').map((name) => [name, find(objects, 'NetworkPolicy', name).spec]))
    const jobs = objects.filter(({ kind }) => kind === 'Job').map(({ metadata }) => metadata.name.replace(/-[0-9a-f]{8}$/, ''))
    expect(Object.keys(alone).sort()).toEqual(['tasks-default-deny', ...pods.map(([name]) => name), ...jobs].sort())
    for (const [name, spec] of Object.entries(alone)) {
      const pods = name === 'tasks-default-deny' ? { 'app.kubernetes.io/part-of': 'tasks' } : { app: name }
      expect(spec).toMatchObject({ podSelector: { matchLabels: pods }, policyTypes: ['Ingress', 'Egress'] })
    }
  })

  test('every container asks for what it needs of the node, and has an end', () => {
    for (const [, { spec }] of pods) for (const { resources } of spec.containers) {
      for (const amounts of [resources?.requests, resources?.limits]) expect(Object.keys(amounts ?? {}).sort()).toEqual(['cpu', 'ephemeral-storage', 'memory'])
    }
  })

  test('no value of a Secret is in the manifests', () => {
    expect(namesOf(objects, 'Secret')).toEqual([])
  })
})
