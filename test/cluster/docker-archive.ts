import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { cp, link, mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { run } from '../../toolchain/run.ts'

/** The part of an image's configuration that we use, in the spelling of the OCI image specification. */
export interface ImageConfig {
  readonly User?: string
  readonly Env?: readonly string[]
  readonly Entrypoint?: readonly string[]
  readonly Cmd?: readonly string[]
  readonly WorkingDir?: string
}

/** Part of the cache key of what is made here: count it up when archives come out differently. */
export const ARCHIVE_FORMAT = 2

/** Writes an image of the given layers (tar files, the lowest first) as a docker-archive. `scratch` is a folder beside them. */
export async function writeArchive(
  file: string, scratch: string, ref: string, layers: readonly string[], config: ImageConfig,
): Promise<void> {
  const folder = join(scratch, 'archive')
  await mkdir(folder, { recursive: true })
  const names = layers.map((_, index) => `layer${index}.tar`)
  for (const [index, layer] of layers.entries()) await link(layer, join(folder, `layer${index}.tar`))
  const digests = await Promise.all(layers.map(sha256))
  await writeFile(join(folder, 'config.json'), JSON.stringify({
    architecture: process.arch === 'x64' ? 'amd64' : process.arch,
    os: 'linux',
    created: '1970-01-01T00:00:00Z',
    config,
    rootfs: { type: 'layers', diff_ids: digests.map((digest) => `sha256:${digest}`) },
    // Buildah's layer cache counts on one entry a layer.
    history: digests.map(() => ({ created: '1970-01-01T00:00:00Z' })),
  }))
  await writeFile(join(folder, 'manifest.json'), JSON.stringify([{ Config: 'config.json', RepoTags: [ref], Layers: names }]))
  await run('tar', ['--create', '--file', file, '--directory', folder, 'manifest.json', 'config.json', ...names])
}

/** Writes a layer that holds copies of files and folders of this machine; the keys are their places in the image. */
export async function writeLayer(file: string, scratch: string, files: Readonly<Record<string, string>>): Promise<string> {
  const root = join(scratch, 'root')
  await mkdir(root, { recursive: true })
  for (const [target, source] of Object.entries(files)) {
    await mkdir(dirname(join(root, target)), { recursive: true })
    await cp(source, join(root, target), { recursive: true, dereference: false, verbatimSymlinks: true })
  }
  await run('tar', [
    '--create', '--file', file, '--directory', root, '--sort=name', '--owner=0', '--group=0', '--numeric-owner', '--mtime=@0', '.',
  ])
  return file
}

/** The reference that a docker-archive holds. */
export async function referenceIn(archive: string): Promise<string> {
  const [image] = JSON.parse(await run('tar', ['--extract', '--to-stdout', '--file', archive, 'manifest.json'])) as readonly { RepoTags?: readonly string[] }[]
  const ref = image?.RepoTags?.[0]
  if (ref === undefined) throw new Error(`${archive} holds no image with a reference`)
  return ref
}

async function sha256(file: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(file), hash)
  return hash.digest('hex')
}
