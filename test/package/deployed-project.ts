import { afterAll, beforeAll } from '@jest/globals'

import { type StackCluster, stackCluster } from '../../cli/kube/index.ts'
import { buildImage, isUp, loadImage } from '../cluster/cluster.ts'
import { freshNamespace, removeNamespace } from '../e2e/deployment.ts'
import { target } from '../e2e/target.ts'
import { emptyProject, type Project } from './project.ts'

/** A project, and the namespace that its stack is for. */
export interface DeployedProject {
  readonly cluster: StackCluster
  readonly project: Project
  /** Runs a command in the project, for that namespace and the image. */
  readonly run: Project['run']
}

/** Builds the image of a project and gives it to the test cluster. A cluster of one's own has it already. */
const loadImageOf = async ({ folder }: Project, ref: string): Promise<void> => {
  if (!(await isUp())) return
  await loadImage(await buildImage({ context: folder, ref }, (line) => { process.stderr.write(`${line}\n`) }))
}

/** Makes a project for the tests of a block, with its image where the cluster finds it, and removes it and its namespace after them. */
export const deployedProject = (image: string, prepare: (project: Project) => Promise<void>): DeployedProject => {
  const namespace = freshNamespace()
  const made: { cluster?: StackCluster; project?: Project } = {}
  const present = <T>(value: T | undefined): T => {
    if (value === undefined) throw new Error('the project is not made yet')
    return value
  }
  beforeAll(async () => {
    made.cluster = stackCluster(target(), namespace)
    made.project = await emptyProject()
    await prepare(made.project)
    await loadImageOf(made.project, image)
  }, 600_000)
  afterAll(async () => {
    await made.project?.remove()
    if (made.cluster) await removeNamespace(made.cluster)
  }, 180_000)
  return {
    get cluster() { return present(made.cluster) },
    get project() { return present(made.project) },
    run: (file, args, env = {}) => present(made.project).run(file, args, { STACK_NAMESPACE: namespace, STACK_IMAGE: image, ...env }),
  }
}
