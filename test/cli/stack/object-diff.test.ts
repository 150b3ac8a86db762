import { describe, expect, test } from '@jest/globals'

import type { KubeObject } from '../../../cli/kube/index.ts'
import { isPending, type ObjectDiff, objectDiff } from '../../../cli/stack/diff/object-diff.ts'
import { withoutAppliers } from '../../../cli/stack/diff/ownership.ts'
import { diffText, sumText } from '../../../cli/stack/diff/render.ts'

type Managed = NonNullable<KubeObject['metadata']['managedFields']>

const ours = (fieldsV1: unknown): Managed[number] => ({ manager: 'dapr-stack', operation: 'Apply', time: '2026-01-01T00:00:00Z', fieldsV1 })
const patchedBy = (manager: string, fieldsV1: unknown): Managed[number] => ({ manager, operation: 'Update', time: '2026-01-02T03:04:05Z', fieldsV1 })

const deployment = (spec: unknown, managedFields: Managed = [ours({ 'f:spec': {} })]): KubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'shop', managedFields, resourceVersion: String(Math.random()), generation: Math.random() },
  spec,
})
const ref = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web', namespace: 'shop' }
const plain = (_: unknown, text: string): string => text
const diff = (live: KubeObject, applied: KubeObject, unchangedConfig = false): ObjectDiff => objectDiff({ ref, live, applied, unchangedConfig })

describe('the diff of an object', () => {
  test('says that it is the same, whatever the API server notes of it', () => {
    expect(diff(deployment({ replicas: 2 }), deployment({ replicas: 2 }))).toEqual({ verdict: 'same', ref })
  })

  test('names a change of the config as a change', () => {
    const changed = diff(deployment({ replicas: 1 }), deployment({ replicas: 2 }))
    expect(changed).toMatchObject({ verdict: 'change', fields: [{ from: 1, to: 2, drift: false, owner: { manager: 'dapr-stack' } }] })
    expect(isPending(changed)).toBe(true)
  })

  test('names what somebody else set after us as drift, with who and when', () => {
    const live = deployment({ replicas: 1 }, [ours({ 'f:metadata': {} }), patchedBy('kubectl-edit', { 'f:spec': { 'f:replicas': {} } })])
    const drifted = diff(live, deployment({ replicas: 2 }))
    expect(drifted).toMatchObject({ fields: [{ drift: true, owner: { manager: 'kubectl-edit' } }] })
    expect(diffText([drifted], plain)).toContain('spec.replicas: 1 → 2  (drift: by kubectl-edit at 2026-01-02 03:04:05 UTC)')
  })

  test('names what is gone as drift where the config is what was applied last', () => {
    expect(diff(deployment({}), deployment({ paused: true }), true)).toMatchObject({ fields: [{ to: true, drift: true }] })
  })

  test('finds the owner of an item of a list by its key', () => {
    const spec = (image: string) => ({ containers: [{ name: 'side', image: 'x' }, { name: 'web', image }] })
    const theirs = { 'f:spec': { 'f:containers': { 'k:{"name":"web"}': { '.': {}, 'f:name': {}, 'f:image': {} } } } }
    expect(diff(deployment(spec('1'), [ours({ 'f:metadata': {} }), patchedBy('kubectl-set', theirs)]), deployment(spec('2')))).toMatchObject({ fields: [{ owner: { manager: 'kubectl-set' } }] })
    expect(diff(deployment(spec('1'), [ours({}), patchedBy('kubectl-set', { 'f:spec': { 'f:containers': { 'k:{"name":"side"}': {} } } })]), deployment(spec('2')))).not.toMatchObject({ fields: [{ owner: { manager: 'kubectl-set' } }] })
  })

  test('takes over what kubectl applied, and drops it as an owner', () => {
    const live = deployment({ replicas: 2 }, [patchedBy('kubectl-client-side-apply', { 'f:spec': {} })])
    expect(diff(live, deployment({ replicas: 2 }))).toEqual({ verdict: 'take over', ref, fields: [], from: ['kubectl-client-side-apply'] })
    const after = deployment({}, [ours({ 'f:spec': {} }), patchedBy('kubectl', {}), patchedBy('hpa', {})])
    expect(withoutAppliers(after)?.map(({ manager }) => manager)).toEqual(['dapr-stack', 'hpa'])
    expect(withoutAppliers(deployment({}))).toBeUndefined()
  })

  test('is the same for an object of which nothing can be owned, such as a bare Namespace', () => {
    expect(diff(deployment({}, []), deployment({}, []))).toEqual({ verdict: 'same', ref })
  })

  test('shows no value of a Secret, nor one that is named like a secret', () => {
    const secret = (data: unknown): KubeObject => ({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 's', managedFields: [ours({})] }, data })
    const ofSecret = objectDiff({ ref: { ...ref, kind: 'Secret' }, live: secret({ a: 'b25l' }), applied: secret({ a: 'dHdv', b: 'bmV3' }), unchangedConfig: false })
    expect(ofSecret).toMatchObject({ fields: [{ from: '(hidden)', to: '(hidden)' }, { from: undefined, to: '(hidden)' }] })
    const component = (value: string) => deployment({ metadata: [{ name: 'redisPassword', value }] })
    expect(JSON.stringify([ofSecret, diff(component('one'), component('two'))])).not.toMatch(/b25l|dHdv|"one"|"two"/)
  })
})

describe('a diff for people', () => {
  test('counts, and says so when nothing would change', () => {
    expect(sumText([{ verdict: 'same', ref }, { verdict: 'same', ref }])).toBe('nothing to change: 2 unchanged')
    expect(sumText([{ verdict: 'create', ref }, { verdict: 'remove', ref }, { verdict: 'same', ref }])).toBe('1 to create, 1 to remove, 1 unchanged')
  })

  test('has a line for each object that would change', () => {
    const text = diffText([{ verdict: 'create', ref }, { verdict: 'remove', ref }, { verdict: 'keep', ref, why: 'because' }, { verdict: 'refuse', ref, why: 'no' }, { verdict: 'same', ref }], plain)
    expect(text.split('\n')).toEqual(['+ Deployment/web', '- Deployment/web  no longer in the config', '  Deployment/web  stays: because', '! Deployment/web  refused: no', '1 to create, 1 to remove, 1 refused, 1 unchanged'])
  })
})
