import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { cached, digest } from '../../toolchain/cache.ts'
import { step, type Progress } from '../../toolchain/progress.ts'
import { run } from '../../toolchain/run.ts'
import { versions } from '../../toolchain/versions.ts'
import { PATH, writeDebianLayer } from './debian.ts'
import { ARCHIVE_FORMAT, writeArchive, writeLayer, type ImageConfig } from './docker-archive.ts'

const config: ImageConfig = { Entrypoint: ['docker-entrypoint.sh'], Cmd: ['node'], Env: [PATH, `NODE_VERSION=${versions.node}`] }
const packages = ['libstdc++6', 'libatomic1']
const hooks = ['chroot "$1" useradd --uid 1000 --create-home --shell /bin/bash node']

const entrypoint = `#!/bin/sh
set -e
if [ "\${1#-}" != "$1" ] || [ -z "$(command -v "$1")" ]; then set -- node "$@"; fi
exec "$@"
`

const recipe = [ARCHIVE_FORMAT, versions.node, versions.npm, versions.debian, packages, hooks, entrypoint, config]

/** What the local Node image is called in buildah's storage: other versions or another recipe, another name. */
export const NODE_IMAGE = `localhost/dapr-stack/node:${versions.node}-${digest(recipe)}`

/**
 * A base image like the official `node:24-slim`, as a docker-archive: a stand-in for machines that cannot pull. Debian, and
 * Node and npm from the npm registry.
 */
export function ensureNodeImage(progress: Progress): Promise<string> {
  return cached('images', {
    name: 'image.tar',
    recipe,
    make: (file, scratch) => step(progress, `image ${NODE_IMAGE}`, async () => {
      const debian = await writeDebianLayer(join(scratch, 'debian.tar'), packages, hooks)
      const node = await writeLayer(join(scratch, 'node.tar'), scratch, { 'usr/local': await nodeFolder(scratch) })
      await writeArchive(file, scratch, NODE_IMAGE, [debian, node], config)
    }),
  }, progress)
}

async function nodeFolder(scratch: string): Promise<string> {
  const folder = join(scratch, 'node')
  const bin = join(folder, 'bin')
  await mkdir(bin, { recursive: true })
  await run('npm', ['install', '--global', '--prefix', folder, '--no-audit', '--no-fund', `npm@${versions.npm}`], { cwd: scratch })
  await run('cp', [nodeBinary(), join(bin, 'node')])
  await writeFile(join(bin, 'docker-entrypoint.sh'), entrypoint)
  await chmod(join(bin, 'docker-entrypoint.sh'), 0o755)
  return folder
}

const nodeBinary = (): string => join(dirname(createRequire(import.meta.url).resolve('node/package.json')), 'bin/node')
