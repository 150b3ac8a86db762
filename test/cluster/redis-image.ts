import { join } from 'node:path'
import { images } from '../../infra/images.ts'
import { cached } from '../../toolchain/cache.ts'
import { step, type Progress } from '../../toolchain/progress.ts'
import { versions } from '../../toolchain/versions.ts'
import { PATH, writeDebianLayer } from './debian.ts'
import { writeArchive, type ImageConfig } from './docker-archive.ts'

const packages = ['redis-server', 'redis-tools']
const config: ImageConfig = { Entrypoint: ['docker-entrypoint.sh'], Cmd: ['redis-server'], WorkingDir: '/data', Env: [PATH] }

const entrypoint = `#!/bin/sh
case "$1" in -*|*.conf) set -- redis-server "$@" ;; esac
exec "$@"
`

// The official binary is built with protected mode off unless the settings say otherwise; Debian's has it on.
const server = `#!/bin/sh
case "$1" in
  -v|--version|-h|--help|--test-memory|--check-system) exec /usr/bin/redis-server "$@" ;;
  -*|'') exec /usr/bin/redis-server --protected-mode no "$@" ;;
esac
if grep -q '^ *protected-mode' "$1"; then exec /usr/bin/redis-server "$@"; fi
settings=$1
shift
exec /usr/bin/redis-server "$settings" --protected-mode no "$@"
`

// Debian packages one version only; another one under this reference would be a lie.
const sameVersion = `chroot "$1" redis-server --version | grep -F " v=${images.redis.split(':').at(-1)} " || {
  echo "Debian's redis-server is not the version of ${images.redis}: set the reference in infra/images.ts to the version it is" >&2
  exit 1
}`

const hooks = [
  'mkdir "$1/data"',
  executable('usr/local/bin/docker-entrypoint.sh', entrypoint),
  executable('usr/local/bin/redis-server', server),
  sameVersion,
]

/**
 * Redis from Debian's package, under the reference of the official image: a stand-in for machines that cannot pull. It runs
 * as any user with a read-only root; like the official one it starts `redis-server` by default and takes its arguments.
 */
export function ensureRedisImage(progress: Progress): Promise<string> {
  return cached('images', {
    name: 'image.tar',
    recipe: [images.redis, versions.debian, packages, hooks, config],
    make: (file, scratch) => step(progress, `image ${images.redis} from Debian's package`, async () => {
      const layer = await writeDebianLayer(join(scratch, 'layer.tar'), packages, hooks)
      await writeArchive(file, scratch, images.redis, [layer], config)
    }),
  }, progress)
}

/** A hook that writes an executable file into the root being made. */
function executable(path: string, content: string): string {
  const quoted = `'${content.replaceAll("'", "'\\''")}'`
  return `printf %s ${quoted} > "$1/${path}" && chmod 0755 "$1/${path}"`
}
