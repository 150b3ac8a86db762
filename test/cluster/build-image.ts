import { existsSync } from 'node:fs'
import { mkdir, readFile, readdir, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { cached, cacheFolder } from '../../toolchain/cache.ts'
import { withLock } from '../../toolchain/lock.ts'
import { ensurePackages } from '../../toolchain/packages.ts'
import { step, type Progress } from '../../toolchain/progress.ts'
import { run, succeeds } from '../../toolchain/run.ts'
import { requireRootOnLinux } from './machine.ts'
import { ensureNodeImage, NODE_IMAGE } from './node-image.ts'

export interface BuildImageOptions {
  /** The folder that COPY reads from. */
  readonly context: string
  /** Default - `Dockerfile` in the context. */
  readonly dockerfile?: string
  /** The reference the image gets, e.g. `docker.io/dapr-stack/tasks:0.1.0`. */
  readonly ref: string
  /** NODE_IMAGE is set already, to the local stand-in. */
  readonly buildArgs?: Readonly<Record<string, string>>
}

const KEEP_ARCHIVES_MS = 60 * 60 * 1000

// Where a machine has a private CA or npm settings, npm in a build step needs them. They do not end in the image.
const LENT_FILES = ['/etc/ssl/certs/ca-certificates.crt', '/usr/local/etc/npmrc']

/** Builds an image from a Dockerfile and returns the path of its docker-archive. Unchanged layers come from the cache. */
export async function buildImage(options: BuildImageOptions, progress: Progress): Promise<string> {
  requireRootOnLinux()
  await ensurePackages(['buildah', 'mmdebstrap', 'util-linux'], progress)
  const nodeArchive = await ensureNodeImage(progress)
  return withLock(cacheFolder('locks', 'buildah'), async () => {
    await mkdir(cacheFolder('buildah'), { recursive: true })
    if (!(await succeeds(...buildah(['inspect', '--type', 'image', NODE_IMAGE])))) await run(...buildah(['pull', '--quiet', `docker-archive:${nodeArchive}`]))
    const id = await step(progress, `building ${options.ref}`, () => build(options))
    return archiveOf(id, options.ref, progress)
  }, progress)
}

async function build({ context, dockerfile = join(context, 'Dockerfile'), ref, buildArgs = {} }: BuildImageOptions): Promise<string> {
  const idFile = cacheFolder('buildah', 'last-id')
  const args = { NODE_IMAGE, ...buildArgs }
  await run(...buildah([
    'build', '--isolation', 'chroot', '--pull-never', '--layers', '--file', dockerfile, '--tag', ref, '--iidfile', idFile,
    ...Object.entries(args).flatMap(([name, value]) => ['--build-arg', `${name}=${value}`]),
    ...LENT_FILES.filter((file) => existsSync(file)).flatMap((file) => ['--volume', `${file}:${file}:ro`]),
    context,
  ]))
  return (await readFile(idFile, 'utf8')).trim()
}

async function archiveOf(id: string, ref: string, progress: Progress): Promise<string> {
  const archive = await cached('builds', {
    name: 'image.tar',
    recipe: [id, ref],
    make: async (file) => { await run(...buildah(['push', '--quiet', id, `docker-archive:${file}:${ref}`])) },
  }, progress)
  await dropOldArchives(archive)
  return archive
}

// Every change of the source makes another archive of some hundred MB, and nobody asks for the old ones again.
async function dropOldArchives(present: string): Promise<void> {
  const folder = cacheFolder('builds')
  const outdated = Date.now() - KEEP_ARCHIVES_MS
  for (const name of await readdir(folder)) {
    const path = join(folder, name)
    if (path !== dirname(present) && (await stat(path)).mtimeMs < outdated) await rm(path, { recursive: true, force: true })
  }
}

// In a mount namespace of its own buildah leaves no mounts behind on the machine.
function buildah(args: readonly string[]): [string, readonly string[]] {
  const storage = ['--root', cacheFolder('buildah', 'root'), '--runroot', cacheFolder('buildah', 'run'), '--storage-driver', 'overlay']
  return ['unshare', ['--mount', '--propagation', 'private', 'buildah', ...storage, ...args]]
}
