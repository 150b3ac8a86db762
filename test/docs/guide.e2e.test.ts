import { describe, expect, it } from '@jest/globals'

import type { AnyObject } from '../../cli/kube/index.ts'
import { deployedProject } from '../package/deployed-project.ts'
import { writeFiles } from '../package/project.ts'
import { runnableBlocks } from './blocks.ts'

const page = 'docs/guide.md'
const blockOf = async (name: string): Promise<string[]> => ['-euc', (await runnableBlocks(page)).get(name) ?? 'false']

/** The image that the guide names; GUIDE_IMAGE says another, that is where the nodes of a cluster of one's own take it from. */
const image = process.env['GUIDE_IMAGE'] ?? 'docker.io/example/orders:0.1.0'

/** The stack of the guide, written and deployed as its reader does it. */
describe('the guide', () => {
  const deployed = deployedProject(image, async (project) => {
    expect(await project.run('bash', await blockOf('install'))).toMatchObject({ exitCode: 0 })
    await writeFiles(project, page)
  })

  it('leads from an empty folder to a stack that runs and keeps its criteria', async () => {
    const { exitCode, all } = await deployed.run('bash', await blockOf('deploy'))
    expect({ exitCode, all }).toEqual({ exitCode: 0, all: expect.stringContaining('2 of 2 criteria hold') })
  }, 400_000)

  it('fails to verify a stack whose billing is not there', async () => {
    const { objects, namespace } = deployed.cluster
    const scaled: AnyObject & { readonly spec: object } = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'billing', namespace }, spec: { replicas: 0 } }
    await objects.merge(scaled)
    const { exitCode, all } = await deployed.run('npx', ['stack', 'verify', '--patience', '5'])
    expect({ exitCode, all }).toEqual({ exitCode: 7, all: expect.stringContaining('FAIL') })
  }, 100_000)
})
