import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'

import { type AnyObject, type StackCluster, stackCluster } from '../../cli/kube/index.ts'
import { freshNamespace, removeNamespace } from '../e2e/deployment.ts'
import { target } from '../e2e/target.ts'
import { loadImageOf } from '../package/image.ts'
import { emptyProject, type Project, writeFiles } from '../package/project.ts'
import { runnableBlocks } from './blocks.ts'

const page = 'docs/guide.md'
/** The image that the guide names; GUIDE_IMAGE says another, that is where the nodes of a cluster of one's own take it from. */
const image = process.env['GUIDE_IMAGE'] ?? 'docker.io/example/orders:0.1.0'

/** The stack of the guide, written and deployed as its reader does it. */
describe('the guide', () => {
  const namespace = freshNamespace()
  let project: Project
  let cluster: StackCluster
  const run = async (name: string) => project.run('bash', ['-euc', (await runnableBlocks(page)).get(name) ?? 'false'], { STACK_NAMESPACE: namespace, STACK_IMAGE: image })

  beforeAll(async () => {
    cluster = stackCluster(target(), namespace)
    project = await emptyProject()
    expect(await run('install')).toMatchObject({ exitCode: 0 })
    await writeFiles(project, page)
    await loadImageOf(project, image)
  }, 600_000)
  afterAll(async () => {
    await project.remove()
    await removeNamespace(cluster)
  }, 180_000)

  it('leads from an empty folder to a stack that runs and keeps its criteria', async () => {
    const { exitCode, all } = await run('deploy')
    expect({ exitCode, all }).toEqual({ exitCode: 0, all: expect.stringContaining('2 of 2 criteria hold') })
  }, 400_000)

  it('fails to verify a stack whose billing is not there', async () => {
    const scaled: AnyObject & { readonly spec: object } = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'billing', namespace }, spec: { replicas: 0 } }
    await cluster.objects.merge(scaled)
    const { exitCode, all } = await project.run('npx', ['stack', 'verify', '--patience', '5'], { STACK_NAMESPACE: namespace, STACK_IMAGE: image })
    expect({ exitCode, all }).toEqual({ exitCode: 7, all: expect.stringMatching(/FAIL/) })
  }, 100_000)
})
