import { buildImage, isUp, loadImage } from '../cluster/cluster.ts'
import type { Project } from './project.ts'

/** Builds the image of a project and gives it to the test cluster. A cluster of one's own has it already. */
export const loadImageOf = async (project: Project, ref: string): Promise<void> => {
  if (!(await isUp())) return
  await loadImage(await buildImage({ context: project.folder, ref }, (line) => { process.stderr.write(`${line}\n`) }))
}
