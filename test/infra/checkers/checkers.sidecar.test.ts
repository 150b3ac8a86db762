import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { environments } from '../../../infra/tasks/environments.ts'
import { synthesized } from '../task-objects.ts'
import { type Checkers, checkersIn } from './checkers.ts'

let folder = ''
let checkers: Checkers
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'checkers-'))
  checkers = await checkersIn(folder)
}, 600_000)
afterAll(() => rm(folder, { recursive: true }))

/** What kube-score says and what is right all the same, by check. */
const accepted: Readonly<Record<string, string>> = {
  'container-image-pull-policy': 'Tags are pinned, and the images of a local cluster are on its nodes, in no registry.',
  'container-ephemeral-storage-request-and-limit': 'Root file systems are read-only, and /tmp has a limit of its own.',
  'pod-probes-identical': 'It is said of servers, which depend on nothing: that one answers is all there is to ask.',
  'statefulset-has-servicename': 'A server is one pod that is reached by its Service; nobody calls the pod by its name.',
  'deployment-replicas': 'The environment `local` is one machine.',
}

/** What is right and not done yet, by check. */
const open: Readonly<Record<string, string>> = {
  'pod-networkpolicy': 'Network policies are not derived from the graph yet.',
}

const yamlOf = (environment: (typeof environments)[keyof typeof environments]): string => synthesized({ environment, namespace: 'shop' }).synthYaml()

describe.each(Object.entries(environments))('the manifests of the environment %s', (_, environment) => {
  test('are valid by the schemas of Kubernetes and Dapr', async () => {
    expect(await checkers.conformity(yamlOf(environment))).toEqual([])
  }, 60_000)

  test('have no fault by kube-score that has no reason', async () => {
    const complaints = await checkers.score(yamlOf(environment))
    expect(complaints.filter(({ check }) => !(check in accepted) && !(check in open))).toEqual([])
  }, 60_000)
})

describe('a manifest with faults fails', () => {
  const yaml = () => yamlOf(environments.dev)

  test('by a field that Kubernetes does not know', async () => {
    expect(await checkers.conformity(yaml().replace('  replicas: 2', '  replica: 2'))).toEqual([expect.objectContaining({ object: expect.stringMatching(/^Deployment\//), text: expect.stringContaining('replica') })])
  }, 60_000)

  test('by a field that Dapr does not know', async () => {
    expect(await checkers.conformity(yaml().replace('    defaultAction: deny', '    defaultActoin: deny'))).toEqual([expect.objectContaining({ object: expect.stringMatching(/^Configuration\//), text: expect.stringContaining('defaultActoin') })])
  }, 60_000)

  test('by an image without a tag', async () => {
    expect(await checkers.score(yaml().replaceAll(/image: .*:[\d.]+$/gm, 'image: shop'))).toContainEqual(expect.objectContaining({ check: 'container-image-tag' }))
  }, 60_000)
})
