import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { environments } from '../../../infra/tasks/environments.ts'
import { synthesized } from '../task-objects.ts'
import { type Checkers, checkersIn, type Complaint } from './checkers.ts'

let folder = ''
let checkers: Checkers
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'checkers-'))
  checkers = await checkersIn(folder)
}, 600_000)
afterAll(() => rm(folder, { recursive: true }))

const pinned = 'Tags are pinned, and the images of a local cluster are on its nodes, in no registry.'

/** What the checkers say and what is right all the same, by check. */
const accepted: Readonly<Record<string, string>> = {
  'container-image-pull-policy': pinned,
  'pod-probes-identical': 'It is said of servers, which depend on nothing: that one answers is all there is to ask.',
  'statefulset-has-servicename': 'A server is one pod that is reached by its Service; nobody calls the pod by its name.',
  'deployment-replicas': 'The environment `local` is one machine.',
  CKV_K8S_15: pinned,
  CKV_K8S_43: 'A digest is known where an image is pushed: STACK_IMAGE takes one. Tags are those of versions.',
  CKV_K8S_35: 'It is said of the tokens between an app and its sidecar: Dapr gives the sidecar its own in the environment, too, and no other process is in the two containers.',
}

const unexplained = ({ check }: Complaint): boolean => !(check in accepted)

type Environment = (typeof environments)[keyof typeof environments]

const yamlOf = (environment: Environment): string => synthesized({ environment, namespace: 'shop' }).synthYaml()

const said = new Map<Environment, Promise<Complaint[]>>()

/** What both say of an environment; they are asked once. */
const complaintsOf = (environment: Environment): Promise<Complaint[]> => {
  const yaml = yamlOf(environment)
  const asked = said.get(environment) ?? Promise.all([checkers.score(yaml), checkers.checkov(yaml)]).then((lists) => lists.flat())
  said.set(environment, asked)
  return asked
}

describe.each(Object.entries(environments))('the manifests of the environment %s', (_, environment) => {
  test('are valid by the schemas of Kubernetes and Dapr', async () => {
    expect(await checkers.conformity(yamlOf(environment))).toEqual([])
  }, 60_000)

  test('have no fault by kube-score and checkov that has no reason', async () => {
    expect((await complaintsOf(environment)).filter(unexplained)).toEqual([])
  }, 60_000)
})

test('an app that scales by the events that wait for it is valid by the schemas of Kubernetes, Dapr and KEDA, and has no fault', async () => {
  const { dev } = environments
  const scaling: Environment = { ...dev, apps: { ...dev.apps, 'task-api': { ...dev.apps['task-api'], autoscaling: { maxReplicas: 4, eventsPerPod: 100 } }, 'ai-service': { ...dev.apps['ai-service'], autoscaling: { maxReplicas: 4 } } } }
  expect(yamlOf(scaling).match(/^kind: (ScaledObject|HorizontalPodAutoscaler)$/gm)?.sort()).toEqual(['kind: HorizontalPodAutoscaler', 'kind: ScaledObject'])
  expect(await checkers.conformity(yamlOf(scaling))).toEqual([])
  expect((await complaintsOf(scaling)).filter(unexplained)).toEqual([])
}, 60_000)

test('nothing is accepted that nobody says', async () => {
  const all = await Promise.all(Object.values(environments).map(complaintsOf))
  expect(Object.keys(accepted).filter((check) => !all.flat().some((complaint) => complaint.check === check))).toEqual([])
}, 120_000)

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

  test('by a pod that no NetworkPolicy is about', async () => {
    expect(await checkers.score(yaml().replaceAll('kind: NetworkPolicy', 'kind: Something'))).toContainEqual(expect.objectContaining({ check: 'pod-networkpolicy' }))
  }, 60_000)

  test('by a container that may become root', async () => {
    expect(await checkers.checkov(yaml().replaceAll('allowPrivilegeEscalation: false', 'allowPrivilegeEscalation: true'))).toContainEqual(expect.objectContaining({ check: 'CKV_K8S_20', object: 'Deployment/task-api' }))
  }, 60_000)
})
