import { images } from '../../infra/images.ts'
import type { Progress } from '../../toolchain/progress.ts'
import { buildImage, down, isUp, loadImage, up } from '../cluster/cluster.ts'

/** A cluster with Dapr and the stack's image, and what to do when the tests are over. */
export interface Target {
  /** Variables that synth and the Kubernetes client read. */
  readonly env: Readonly<Record<string, string>>
  readonly release: () => Promise<void>
}

/**
 * Prepares the cluster that the e2e runs against. One that KUBECONFIG names is used as it is: nothing is installed, and the
 * image (STACK_IMAGE) must be where its nodes can take it from. Else the test cluster is brought up and given the image of this
 * checkout; it is taken down afterwards unless it was up before.
 */
export const prepareTarget = async (env: Readonly<Record<string, string | undefined>>, progress: Progress): Promise<Target> => {
  if (env['KUBECONFIG'] !== undefined) return { env: {}, release: async () => undefined }
  const wasUp = await isUp()
  const kubeconfig = await up(progress)
  const archive = await buildImage({ context: '.', ref: images.app }, progress)
  await loadImage(archive)
  return {
    env: { KUBECONFIG: kubeconfig, STACK_IMAGE: images.app },
    release: async () => {
      if (!wasUp) await down(progress)
    },
  }
}
