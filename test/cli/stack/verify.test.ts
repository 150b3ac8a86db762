import { expect, test } from '@jest/globals'

import type { ClusterPort } from '../../../cli/kube/port.ts'
import { verificationOf } from '../../../cli/stack/verify/module.ts'
import { subjectOf } from '../../../cli/stack/verify/subject.ts'
import { shop } from '../graph/fixtures.ts'
import { moduleFolder } from './module-folder.ts'

const naming = moduleFolder()

test('what a stack is verified by is the module that its cdk8s.yaml names', async () => {
  const text = "export const verification = { graph: { apps: [] }, sources: ['src'], criteria: () => [] }"
  expect((await verificationOf(await naming('good.mjs', text))).sources).toEqual(['src'])
})

test('fails where the module exports nothing of the kind', async () => {
  await expect(verificationOf(await naming('odd.mjs', 'export const verification = { criteria: [] }'))).rejects.toThrow('odd.mjs exports no "verification" with graph, sources and criteria; export one')
})

test('fails where the module cannot be loaded, with the reason', async () => {
  await expect(verificationOf(await naming('broken.mjs', 'throw new Error("no luck")'))).rejects.toThrow(/broken\.mjs, which the cdk8s\.yaml names, cannot be loaded: no luck/)
})

test('a stack is to have the pods that its Deployments say, and its sidecars are asked with the token that their pods name', async () => {
  const metadata = { name: 'shop-1', uid: '1', annotations: { 'dapr.io/app-id': 'shop', 'dapr.io/api-token-secret': 'the-token' } }
  const objects: Readonly<Record<string, object>> = { shop: { spec: { replicas: 3 } }, 'the-token': { data: { token: Buffer.from('abc').toString('base64') } } }
  // Of a cluster that has no other objects.
  const port = { find: async ({ name }: { name: string }) => objects[name], list: async () => [{ metadata, spec: { containers: [] } }] } as unknown as ClusterPort
  const connection = { port, context: 'here', version: 'v1', pods: () => ({}) as never } // of which nothing is asked here
  const subject = await subjectOf(connection, 'market', { graph: shop, sources: ['src'], criteria: () => [] }, 5)
  expect(subject).toMatchObject({ replicas: { shop: 3, billing: 0 }, sources: ['src'], patienceSeconds: 5 })
  expect(await subject.sidecarHeaders?.('shop')).toEqual({ 'dapr-api-token': 'abc' })
  expect(await subject.sidecarHeaders?.('billing')).toEqual({})
})
