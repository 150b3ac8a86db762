import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { ExpectedError } from '../../toolchain/errors.ts'
import { withLock } from '../../toolchain/lock.ts'
import { ensurePackages } from '../../toolchain/packages.ts'
import { silent, step, type Progress } from '../../toolchain/progress.ts'
import { ensureTool, ensureTools } from '../../toolchain/tools.ts'
import { installAutoscalers } from './autoscalers.ts'
import { signalContainer, tagImage } from './containerd.ts'
import { ensureAutoscalerImages } from './images.ts'
import { instanceLock, instanceOf, namespacesOf, presentVersions, readLiving, readRecord, requireLiving, type Instance } from './instance.ts'
import { kubectl, type Kubectl } from './kubectl.ts'
import { discard } from './lifetime.ts'
import { loadImages } from './loaded-images.ts'
import { requireClusterMachine } from './machine.ts'
import { podLogFolder, requireVisible } from './mounts.ts'
import { addDapr, daprArchives, giveImages, PACKAGES, startKubernetes, TOOLS } from './start.ts'

export { buildImage, type BuildImageOptions } from './build-image.ts'

export interface ClusterOptions {
  /** Tells clusters of one machine apart. Default - one of this checkout's own. */
  readonly key?: string
  /** Default - true. False gives a plain Kubernetes, without Dapr and Redis. */
  readonly dapr?: boolean
}

/** Brings the cluster up, or finds that it is. Returns the path of its kubeconfig. Throws MachineCannot, CommandFailed. */
export async function up(progress: Progress, { key, dapr = true }: ClusterOptions = {}): Promise<string> {
  const instance = instanceOf(key)
  return withLock(instanceLock(instance), async () => {
    requireClusterMachine()
    requireVisible(instance)
    await ensurePackages(PACKAGES, progress)
    const tools = await ensureTools(TOOLS, progress)
    const api = kubectl(tools.kubectl, instance.kubeconfig)
    const archives = dapr ? await daprArchives(progress) : []
    const stage = await stageReached(instance, api)
    if (stage === 'dapr' || (stage === 'kubernetes' && !dapr)) {
      if (dapr) await giveImages(instance, archives, progress)
      progress(`the cluster is up: ${instance.kubeconfig}`)
      return instance.kubeconfig
    }
    try {
      if (stage === undefined) await startKubernetes(instance, tools, progress)
      if (dapr) {
        await giveImages(instance, archives, progress)
        await addDapr(instance, tools, progress)
      }
    } catch (error) {
      progress(`the logs are in ${instance.logFolder}`)
      throw error
    }
    return instance.kubeconfig
  }, progress)
}

/** Whether the cluster is up, with Dapr. Asks it, and changes nothing. */
export async function isUp(key?: string): Promise<boolean> {
  const instance = instanceOf(key)
  if (await readLiving(instance) === undefined) return false
  return await stageReached(instance, kubectl(await ensureTool('kubectl', silent), instance.kubeconfig)) === 'dapr'
}

async function stageReached(instance: Instance, api: Kubectl): Promise<'kubernetes' | 'dapr' | undefined> {
  const record = await readLiving(instance)
  if (record === undefined || record.stage === 'starting' || record.versions !== presentVersions()) return undefined
  return await api.answers(['get', '--raw', '/readyz']) ? record.stage : undefined
}

/** Takes the cluster down, whatever state it is in. Images stay for the next time. */
export async function down(progress: Progress, { key }: Pick<ClusterOptions, 'key'> = {}): Promise<void> {
  const instance = instanceOf(key)
  await withLock(instanceLock(instance), async () => {
    const found = await readRecord(instance)
    if (found === undefined) progress('there is no cluster to take down')
    else await step(progress, 'taking the cluster down', () => discard(instance))
  }, progress)
}

/** Removes what `down` leaves for the next time: the images in containerd and the record of them. The cluster must be down. */
export async function forget({ key }: Pick<ClusterOptions, 'key'>): Promise<void> {
  const instance = instanceOf(key)
  if (await readRecord(instance) !== undefined) throw new ExpectedError(`the cluster ${instance.key} is up: take it down first`)
  await rm(instance.folder, { recursive: true, force: true })
}

/** The path of the kubeconfig. Throws ExpectedError when the cluster is not up. */
export async function kubeconfigPath(key?: string): Promise<string> {
  const instance = instanceOf(key)
  await requireLiving(instance)
  return instance.kubeconfig
}

/**
 * Gives the cluster the image in a docker-archive, and returns its reference. `ref` is a further reference to give it. An
 * archive that was loaded before costs nothing.
 */
export async function loadImage(archive: string, { ref, key }: { readonly ref?: string; readonly key?: string } = {}): Promise<string> {
  const instance = instanceOf(key)
  if (!existsSync(archive)) throw new ExpectedError(`there is no image archive ${archive}: make one with buildah or docker save`)
  return withLock(instanceLock(instance), async () => {
    const namespaces = namespacesOf(instance, await requireLiving(instance))
    const [loaded = ''] = await loadImages(namespaces, instance, [archive])
    if (ref !== undefined && ref !== loaded) await tagImage(namespaces, loaded, ref)
    return ref ?? loaded
  })
}

/** Adds the metrics server and KEDA to a running cluster with Dapr; where they are there it changes nothing. They go with the cluster. */
export async function addAutoscalers(progress: Progress, { key }: Pick<ClusterOptions, 'key'> = {}): Promise<void> {
  const instance = instanceOf(key)
  const archives = await ensureAutoscalerImages(progress)
  const command = await ensureTool('kubectl', progress)
  await withLock(instanceLock(instance), async () => {
    await loadImages(namespacesOf(instance, await requireLiving(instance)), instance, archives)
    await step(progress, 'metrics server and KEDA', () => installAutoscalers(kubectl(command, instance.kubeconfig)))
  }, progress)
}

/** What is behind the API server of a running cluster. */
export interface Node {
  /** Sends a signal to the main process of a container, by its id without the `containerd://`. Throws CommandFailed when it does not run. */
  readonly signal: (container: string, signal: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT') => Promise<void>
  /** Folder with the logs of all containers, as the kubelet keeps them: `<namespace>_<pod>_<uid>/<container>/<restart>.log`. */
  readonly podLogs: string
}

/** The one node of the cluster. Throws ExpectedError when the cluster is not up. */
export async function nodeOf(key?: string): Promise<Node> {
  const instance = instanceOf(key)
  const namespaces = namespacesOf(instance, await requireLiving(instance))
  return { signal: (container, signal) => signalContainer(namespaces, container, signal), podLogs: podLogFolder(instance) }
}
