import { join } from 'node:path'
import { images } from '../../infra/images.ts'
import { cached } from '../../toolchain/cache.ts'
import { step, type Progress } from '../../toolchain/progress.ts'
import { pinnedVersion } from '../../toolchain/modules.ts'
import { run } from '../../toolchain/run.ts'
import { ensureTool, type Tool } from '../../toolchain/tools.ts'
import { versions } from '../../toolchain/versions.ts'
import { writeArchive, writeLayer, type ImageConfig } from './docker-archive.ts'

export const PAUSE_IMAGE = 'localhost/dapr-stack/pause:1'
export const COREDNS_IMAGE = `registry.k8s.io/coredns/coredns:v${versions.coredns}`

const CA_BUNDLE = '/etc/ssl/certs/ca-certificates.crt'

/** The parts of Dapr that a cluster needs without actors; their images have the names that Dapr's own have. */
const daprParts = ['daprd', 'operator', 'injector', 'sentry', 'scheduler'] as const

/** Images of the cluster itself, as docker-archives: a pause container for every pod, and DNS. */
export async function ensureBaseImages(progress: Progress): Promise<readonly string[]> {
  return [
    await scratchImage(PAUSE_IMAGE, { 'bin/busybox': '/bin/busybox' }, { Entrypoint: ['/bin/busybox', 'sleep', 'infinity'], User: '65535:65535' }, progress),
    await toolImage(COREDNS_IMAGE, 'coredns', 'coredns', {}, progress),
  ]
}

/** Upstream's images have the time zones of their base; here they are those of Go. Only the scheduler reads them, for jobs by local clocks. */
async function timeZones(): Promise<{ files: Readonly<Record<string, string>>; env: ImageConfig }> {
  const root = (await run('go', ['env', 'GOROOT'])).trim()
  return { files: { 'zoneinfo.zip': join(root, 'lib/time/zoneinfo.zip') }, env: { Env: ['ZONEINFO=/zoneinfo.zip'] } }
}

/** Dapr's images, equal to upstream's in reference, user and command: the binary, CA certificates and what time zones it needs, nothing else. */
export async function ensureDaprImages(progress: Progress): Promise<readonly string[]> {
  const archives: string[] = []
  for (const part of daprParts) {
    const zones = part === 'scheduler' ? await timeZones() : { files: {}, env: {} }
    archives.push(await toolImage(`ghcr.io/dapr/${part}:${versions.dapr}`, part, part, { User: '65532:65532', ...zones.env }, progress, zones.files))
  }
  return archives
}

/** KEDA's two programs and the metrics server, with the reference, user and command that their projects give them. */
export const autoscalerImages = {
  keda: `ghcr.io/kedacore/keda:${pinnedVersion('keda')}`,
  'keda-metrics-apiserver': `ghcr.io/kedacore/keda-metrics-apiserver:${pinnedVersion('keda')}`,
  'metrics-server': `registry.k8s.io/metrics-server/metrics-server:v${pinnedVersion('metrics-server')}`,
} as const

export async function ensureAutoscalerImages(progress: Progress): Promise<readonly string[]> {
  const config = { User: '1000:1000' }
  return [
    await toolImage(autoscalerImages.keda, 'keda-operator', 'keda', config, progress),
    await toolImage(autoscalerImages['keda-metrics-apiserver'], 'keda-adapter', 'keda-adapter', config, progress),
    await toolImage(autoscalerImages['metrics-server'], 'metrics-server', 'metrics-server', config, progress),
  ]
}

/** What the shell of the image needs to make streams; busybox does what it is called as. */
const shellCommands = ['sh', 'cat', 'grep', 'nc', 'sed', 'sleep'] as const

/** NATS from its Go module with a shell by busybox, under the reference of the official image: a stand-in for machines that cannot pull. */
export async function ensureNatsImage(progress: Progress): Promise<string> {
  const server = await ensureTool('nats-server', progress)
  const commands = Object.fromEntries(shellCommands.map((name) => [`bin/${name}`, '/bin/busybox']))
  const config = { Cmd: ['nats-server', '--config', '/etc/nats/nats-server.conf'], Env: ['PATH=/usr/local/bin:/bin'] }
  return scratchImage(images.nats, { 'usr/local/bin/nats-server': server, ...commands }, config, progress)
}

async function toolImage(ref: string, tool: Tool, command: string, config: ImageConfig, progress: Progress, files: Readonly<Record<string, string>> = {}): Promise<string> {
  const binary = await ensureTool(tool, progress)
  return scratchImage(ref, { [command]: binary, [CA_BUNDLE.slice(1)]: CA_BUNDLE, ...files }, { Entrypoint: [`/${command}`], ...config }, progress)
}

function scratchImage(ref: string, files: Readonly<Record<string, string>>, config: ImageConfig, progress: Progress): Promise<string> {
  return cached('images', {
    name: 'image.tar',
    recipe: [ref, files, config],
    make: (file, scratch) => step(progress, `image ${ref}`, async () => {
      const layer = await writeLayer(join(scratch, 'layer.tar'), scratch, files)
      await writeArchive(file, scratch, ref, [layer], config)
    }),
  }, progress)
}
