import { describe, expect, test } from '@jest/globals'

import type { KubeObject } from '../../../cli/kube/port.ts'
import { buildPlan, imageOfApps } from '../../../cli/stack/image/plan.ts'
import { fullName } from '../../../cli/stack/up/images.ts'

const request = { image: 'registry.test/shop:1', archive: '/tmp/image.tar' }

describe('the build of an image', () => {
  test('with docker goes to the registry of its name', () => {
    expect(buildPlan({ ...request, tool: 'docker', context: 'prod' })).toEqual({
      build: ['docker', 'build', '--tag', 'registry.test/shop:1', '.'],
      deliver: [['docker', 'push', 'registry.test/shop:1']],
      identify: ['docker', 'image', 'inspect', '--format', '{{.Id}}', 'registry.test/shop:1'],
      replaces: false,
    })
  })

  test('with podman goes into a kind cluster as an archive', () => {
    expect(buildPlan({ ...request, tool: 'podman', context: 'kind-dev' })).toMatchObject({
      deliver: [['podman', 'save', '--output', '/tmp/image.tar', 'registry.test/shop:1'], ['kind', 'load', 'image-archive', '/tmp/image.tar', '--name', 'dev']],
      replaces: true,
    })
  })

  test('with buildah does both in its own words', () => {
    const { build, deliver, identify } = buildPlan({ ...request, tool: 'buildah', context: 'prod' })
    expect([build, ...deliver, identify]).toEqual([
      ['buildah', 'build', '--tag', 'registry.test/shop:1', '.'],
      ['buildah', 'push', '--quiet', 'registry.test/shop:1', 'docker://registry.test/shop:1'],
      ['buildah', 'inspect', '--type', 'image', '--format', '{{.FromImageID}}', 'registry.test/shop:1'],
    ])
    expect(buildPlan({ ...request, tool: 'buildah', context: 'kind-dev' }).deliver[0]).toEqual(['buildah', 'push', '--quiet', 'registry.test/shop:1', 'docker-archive:/tmp/image.tar:registry.test/shop:1'])
  })
})

describe('the image of the apps', () => {
  const workload = (image: string, enabled = 'true'): KubeObject => ({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'a' }, spec: { template: { metadata: { annotations: { 'dapr.io/enabled': enabled } }, spec: { containers: [{ image }] } } } })

  test('is the one that all run; servers have their own', () => {
    expect(imageOfApps([workload('shop:1'), workload('shop:1'), workload('redis:7', 'false')])).toBe('shop:1')
  })

  test.each([['none', []], ['shop:1, shop:2', [workload('shop:1'), workload('shop:2')]]])('fails with %s', (named, objects) => {
    expect(() => imageOfApps(objects)).toThrow(`the apps have ${named}`)
  })
})

test.each([
  ['redis', 'docker.io/library/redis:latest'],
  ['dapr-stack/tasks:1', 'docker.io/dapr-stack/tasks:1'],
  ['localhost:5000/tasks', 'localhost:5000/tasks:latest'],
  ['ghcr.io/a/b@sha256:1', 'ghcr.io/a/b@sha256:1'],
])('nodes list %s as %s', (image, name) => {
  expect(fullName(image)).toBe(name)
})
