import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import { z } from 'zod'

import { eventually } from '../../cli/eventually.ts'
import { accessTo, type AnyObject } from '../../cli/kube/index.ts'
import { listedIds, remove as removeLetter, find as findLetter } from '../../cli/dlq/shelf.ts'
import { shelvesOfCluster } from '../../cli/dlq/shelves.ts'
import { askSidecar } from '../../cli/stack/sidecar.ts'
import { isReady, podOf } from '../../cli/stack/up/pods.ts'
import { images } from '../../infra/images.ts'
import { refusingCalls, renamed, routedTo, scopedTo, withAppId, withoutSidecar } from '../../cli/verify/index.ts'
import { freshNamespace, removeNamespace } from './deployment.ts'
import { type Patient, patientIn } from './doctor/patient.ts'
import { eventsOf, resultOf, runIn } from './stack-program.ts'

const image = process.env['STACK_IMAGE'] ?? images.app

const Workload = z.looseObject({
  metadata: z.looseObject({}),
  spec: z.looseObject({ template: z.looseObject({ metadata: z.looseObject({ annotations: z.record(z.string(), z.string()) }), spec: z.looseObject({ containers: z.tuple([z.looseObject({ env: z.array(z.looseObject({ name: z.string() })) })]) }) }) }),
})

/** The Deployment with other annotations of its pods; undefined takes one away. */
const annotated = (changes: Readonly<Record<string, string | undefined>>) => (object: unknown): unknown => {
  const { spec, ...rest } = Workload.parse(object)
  const { template } = spec
  const annotations = Object.fromEntries(Object.entries({ ...template.metadata.annotations, ...changes }).filter(([, value]) => value !== undefined))
  return { ...rest, spec: { ...spec, template: { ...template, metadata: { ...template.metadata, annotations } } } }
}

/** The Deployment with its container changed. */
const contained = (change: (container: { readonly env: readonly { readonly name: string }[] }) => object) => (object: unknown): unknown => {
  const { spec, ...rest } = Workload.parse(object)
  const { template } = spec
  return { ...rest, spec: { ...spec, template: { ...template, spec: { ...template.spec, containers: template.spec.containers.map(change) } } } }
}

const withVariable = (name: string, entry: object) => contained((container) => ({ ...container, env: [...container.env.filter((one) => one.name !== name), { name, ...entry }] }))

/** The Deployment with Dapr's annotations on itself instead of on its pods. */
const misplaced = (object: unknown): unknown => {
  const { metadata, spec, ...rest } = Workload.parse(object)
  const { annotations } = spec.template.metadata
  const own = Object.fromEntries(Object.entries(annotations).filter(([name]) => name.startsWith('dapr.io/')))
  const cleared = annotated(Object.fromEntries(Object.keys(own).map((name) => [name, undefined])))(object)
  return { ...rest, ...(cleared as object), metadata: { ...metadata, annotations: own } }
}

const Spec = z.looseObject({ spec: z.looseObject({ metadata: z.array(z.looseObject({ name: z.string() })).default([]) }) })

/** The Component with another item of its metadata, or another type. */
const withItem = (item: { readonly name: string }) => (object: unknown): unknown => {
  const { spec, ...rest } = Spec.parse(object)
  return { ...rest, spec: { ...spec, metadata: [...spec.metadata.filter(({ name }) => name !== item.name), item] } }
}
const typed = (type: string) => (object: unknown): unknown => {
  const { spec, ...rest } = Spec.parse(object)
  return { ...rest, spec: { ...spec, type } }
}

/** Each breakage is named, with no other finding beside it, and gone when it is mended. */
describe('stack doctor', () => {
  const namespace = freshNamespace()
  let patient: Patient
  let folder = ''
  const mends: (() => Promise<unknown>)[] = []

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'stack-doctor-'))
    patient = await patientIn(namespace, image)
    await eventually(async () => {
      for (const app of ['shop', 'billing', 'redis']) expect(await patient.cluster.pods(app)).toMatchObject([{ allReady: true }])
    }, { seconds: 120 })
  }, 180_000)
  afterAll(async () => {
    await rm(folder, { recursive: true })
    await removeNamespace(patient.cluster)
  }, 180_000)
  afterEach(async () => {
    for (const mend of mends.splice(0).reverse()) await mend()
    for (const app of ['shop', 'billing']) await patient.revive(app)
    await patient.untilFound()
  }, 240_000)

  const applied = async (object: AnyObject): Promise<void> => {
    const whole = { ...object, metadata: { name: object.metadata?.name ?? '', namespace } }
    await patient.cluster.objects.apply(whole)
    mends.push(() => patient.cluster.objects.remove(whole))
  }
  const changed = async (kind: string, name: string, change: (object: unknown) => unknown): Promise<void> => {
    mends.push(() => patient.restore(kind, name))
    await patient.change(kind, name, change)
  }
  const removed = async (kind: string, name: string): Promise<void> => {
    mends.push(() => patient.restore(kind, name))
    await patient.remove(kind, name)
  }
  const redis = async (...command: readonly string[]): Promise<string> => {
    const [pod] = await patient.cluster.pods('redis')
    return patient.cluster.exec(pod?.name ?? '', 'redis', ['redis-cli', ...command])
  }
  const ask = async (app: string, path: string, body: string, type: string): Promise<number> => {
    const pods = (await patient.port.list('v1', 'Pod', { namespace, labels: `app=${app}` })).map(podOf)
    const pod = pods.find(isReady)
    if (!pod) throw new Error(`no pod of ${app} is ready`)
    return (await askSidecar(patient.port, patient.cluster, pod, path, { method: 'POST', headers: { 'content-type': type }, body })).status
  }
  const publish = (type: string): Promise<number> =>
    ask('shop', '/v1.0/publish/bus/orders', JSON.stringify({ specversion: '1.0', id: `${type}-1`, source: 'test', type, datacontenttype: 'application/json', data: {} }), 'application/cloudevents+json')

  it('finds nothing in a healthy stack, and says so', async () => {
    await eventually(async () => {
      const { stdout, stderr, exitCode } = await runIn(folder, namespace)(['doctor'])
      expect({ stdout, stderr, exitCode }).toEqual({ stdout: expect.stringMatching(/✓ cluster[^]*✓ deliveries[^]*nothing is wrong/), stderr: '', exitCode: 0 })
    }, { seconds: 90 })
  }, 120_000)

  it('finds nothing where no record says what was declared', async () => {
    await eventually(async () => { expect(await patient.look(null)).toMatchObject({ findings: [] }) }, { seconds: 60 })
  }, 60_000)

  it('ends with 8, the evidence and a fix when it finds something', async () => {
    await removed('Component', 'vault')
    const { stdout, exitCode } = await runIn(folder, namespace)(['doctor', '--json'])
    expect(exitCode).toBe(8)
    expect(resultOf(eventsOf(stdout), 'doctor')).toMatchObject([{ findings: expect.arrayContaining([expect.objectContaining({ id: 'component-missing', subject: 'Component/vault', fix: expect.stringContaining('stack up') })]) }])
  }, 60_000)

  describe('names a component', () => {
    it('that has another name', async () => {
      mends.push(() => patient.cluster.objects.remove({ apiVersion: 'dapr.io/v1alpha1', kind: 'Component', metadata: { name: 'vaults', namespace } }))
      await removed('Component', 'vault')
      await patient.change('Component', 'vault', renamed('vaults'))
      await patient.untilFound('component-misnamed Component/vaults')
    }, 150_000)

    it('that is scoped away', async () => {
      await changed('Component', 'store', scopedTo('shop'))
      await patient.untilFound('component-scoped-away Component/store')
    }, 150_000)

    it('of a type that Dapr does not have', async () => {
      await changed('Component', 'vault', typed('secretstores.kubernets'))
      await patient.untilFound('component-type Component/vault')
    }, 150_000)

    it('whose Secret is missing', async () => {
      await changed('Component', 'store', withItem({ name: 'redisPassword', ...{ secretKeyRef: { name: 'absent', key: 'password' } } }))
      await patient.untilFound('component-secret-missing Component/store')
    }, 150_000)

    it('whose secret the app may not read', async () => {
      const [binding] = patient.objects.filter(({ kind }) => kind === 'RoleBinding')
      await removed('RoleBinding', binding?.metadata?.name ?? '')
      await patient.untilFound('component-secret-forbidden Component/vault')
    }, 150_000)

    it('whose secret is not there when the app reads it', async () => {
      await removed('Secret', 'api-key')
      await patient.untilFound('component-secret-missing Component/vault')
    }, 150_000)

    it('whose server refuses the password', async () => {
      await applied({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'redis-password' }, ...{ stringData: { password: 'wrong' } } })
      mends.push(() => patient.anew('billing'), () => patient.anew('shop'))
      // Redis takes any password for the user that needs none.
      const named = withItem({ name: 'redisUsername', ...{ value: 'nobody' } })
      const passworded = withItem({ name: 'redisPassword', ...{ secretKeyRef: { name: 'redis-password', key: 'password' } } })
      await changed('Component', 'store', (object) => passworded(named(object)))
      await patient.anew('billing')
      const { findings } = await patient.untilFound('component-password Component/store')
      expect(findings[0]?.fix).toContain('Secret redis-password')
    }, 180_000)

    it('whose server cannot be reached', async () => {
      mends.push(() => patient.anew('billing'), () => patient.anew('shop'))
      await changed('Component', 'store', withItem({ name: 'redisHost', ...{ value: 'redis:6380' } }))
      await patient.anew('billing')
      await patient.untilFound('component-unreachable Component/store')
    }, 180_000)
  })

  describe('names a subscription', () => {
    it('that is missing', async () => {
      mends.push(() => patient.anew('billing'))
      await removed('Subscription', 'billing-orders')
      await patient.untilFound('subscription-missing Subscription/billing-orders')
    }, 150_000)

    it('that is scoped away', async () => {
      mends.push(() => patient.anew('billing'))
      await changed('Subscription', 'billing-orders', scopedTo('nobody'))
      await patient.untilFound('subscription-scoped-away Subscription/billing-orders')
    }, 150_000)

    it('that leads to a route the app does not have, and the event that is dropped there', async () => {
      mends.push(() => patient.anew('billing'), dropLetters)
      await changed('Subscription', 'billing-orders', routedTo('/events/elsewhere'))
      await eventually(async () => {
        await publish('placed')
        const { findings } = await patient.untilFound('subscription-route Subscription/billing-orders')
        expect(findings[0]?.evidence.join('\n')).toMatch(/404/)
      }, { seconds: 60, everySeconds: 1 })
    }, 180_000)

    it('that a bad answer to /dapr/subscribe switches off', async () => {
      await changed('Deployment', 'billing', withVariable('SUBSCRIBE_ANSWER', { value: 'bad' }))
      await patient.untilFound('subscribe-answer Deployment/billing')
    }, 150_000)
  })

  /** Removes the dead letters of the shop, as `npm run dlq -- drop` does. */
  const dropLetters = async (): Promise<void> => {
    const access = accessTo(patient.cluster)
    try {
      for (const shelf of await shelvesOfCluster(patient.cluster, access, async () => 'api')) {
        const letters = await Promise.all((await listedIds(shelf)).map((id) => findLetter(shelf, id)))
        for (const letter of letters.filter((one) => one !== undefined)) await removeLetter(letter)
      }
    } finally {
      await access.close()
    }
  }

  describe('names of events', () => {
    it('dead letters that wait, with the last error', async () => {
      mends.push(dropLetters)
      expect(await publish('unheard-of')).toBe(204)
      const { findings } = await patient.untilFound('dead-letters App/billing')
      expect(findings[0]?.evidence.join('\n')).toMatch(/last error of one: \S+/)
    }, 150_000)

    it('those that wait for an app that does not take them', async () => {
      await applied({ apiVersion: 'dapr.io/v2alpha1', kind: 'Subscription', metadata: { name: 'auditor-audits' }, ...{ scopes: ['auditor'], spec: { pubsubname: 'bus', topic: 'audits', routes: { default: '/audits' } } } })
      mends.push(() => redis('DEL', 'audits'))
      await redis('EVAL', "for i = 1, 150 do redis.call('XADD', 'audits', '*', 'data', i) end", '0')
      await patient.untilFound('consumer-lag App/auditor')
    }, 150_000)
  })

  describe('names what keeps apps and sidecars apart', () => {
    it('an app token that the app does not know', async () => {
      await changed('Deployment', 'billing', withVariable('APP_API_TOKEN', { valueFrom: { secretKeyRef: { name: 'api-token', key: 'token' } } }))
      await patient.untilFound('app-token-mismatch Deployment/billing')
    }, 150_000)

    it('access control that denies a call', async () => {
      // A sidecar loads its Configuration when it starts and listens for changes only later, never listing again: a mend that comes between is lost to it.
      mends.push(async () => {
        await patient.anew('billing')
        await eventually(async () => { expect(await ask('shop', '/v1.0/invoke/billing/method/charge', '{}', 'application/json')).toBe(200) }, { seconds: 120, everySeconds: 2 })
      })
      await changed('Configuration', 'billing', refusingCalls)
      await patient.untilFound('access-denied Configuration/billing')
    }, 180_000)

    it('a port where the app does not listen', async () => {
      await changed('Deployment', 'billing', annotated({ 'dapr.io/app-port': '8100' }))
      const { findings } = await patient.untilFound('app-port-wrong Deployment/billing')
      expect(findings[0]?.fix).toBe('set dapr.io/app-port: "8001"')
    }, 150_000)

    it('another app id', async () => {
      await changed('Deployment', 'shop', withAppId('shoppe'))
      await patient.untilFound('app-id-wrong Deployment/shop')
    }, 150_000)

    it('annotations on the Deployment instead of its pods', async () => {
      mends.push(() => patient.anew('shop'))
      await changed('Deployment', 'shop', misplaced)
      await patient.untilFound('annotation-misplaced Deployment/shop')
    }, 150_000)

    it('a pod that asks for no sidecar', async () => {
      await changed('Deployment', 'shop', withoutSidecar)
      await patient.untilFound('sidecar-not-asked Deployment/shop')
    }, 150_000)

    it('a service-account token that is not mounted while the built-in secret store is on', async () => {
      await changed('Deployment', 'billing', annotated({ 'dapr.io/disable-builtin-k8s-secret-store': undefined }))
      await patient.untilFound('account-token-missing Deployment/billing')
    }, 150_000)
  })

  describe('names what keeps pods from starting', () => {
    it('an image that cannot be pulled', async () => {
      await changed('Deployment', 'shop', contained((container) => ({ ...container, image: 'localhost:1/no-such-image:1' })))
      await patient.untilFound('image-pull Deployment/shop')
    }, 150_000)

    it('a quota', async () => {
      mends.push(() => patient.anew('billing'), () => patient.anew('shop'))
      await applied({ apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'none' }, ...{ spec: { hard: { pods: '0' } } } })
      await patient.anew('billing')
      await patient.anew('shop')
      await patient.untilFound('quota Deployment/billing', 'quota Deployment/shop')
    }, 150_000)

    it('a policy that refuses the pod', async () => {
      await patient.cluster.objects.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } } })
      mends.push(() => patient.cluster.objects.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } }))
      await changed('Deployment', 'shop', contained((container) => ({ ...container, securityContext: { privileged: true } })))
      await patient.untilFound('policy Deployment/shop')
    }, 150_000)
  })

  it('names a server that does not run, and not what comes of it', async () => {
    mends.push(() => patient.anew('billing'), () => patient.anew('shop'))
    await changed('Deployment', 'redis', (object) => ({ ...(object as object), spec: { ...(object as { spec: object }).spec, replicas: 0 } }))
    await eventually(async () => {
      const { findings } = await patient.untilFound('server-down Deployment/redis')
      expect(findings[0]?.hidden?.join('\n')).toMatch(/component-unreachable|component-failed|not-ready/)
    }, { seconds: 60 })
  }, 180_000)

})
