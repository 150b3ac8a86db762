import { run } from '../../toolchain/run.ts'
import { versions } from '../../toolchain/versions.ts'

/** Debian's search path, as an entry of an image's environment. */
export const PATH = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

/**
 * Writes a layer with a minimal Debian and the given packages. `hooks` are shell commands run at the end, with the new root
 * folder as `$1`.
 */
export async function writeDebianLayer(file: string, packages: readonly string[], hooks: readonly string[]): Promise<string> {
  const trim = ['usr/share/doc/*', 'usr/share/man/*', 'usr/share/locale/*', 'var/cache/apt/*.bin'].map((path) => `rm -rf "$1"/${path}`)
  await run('mmdebstrap', [
    '--mode=root', '--variant=minbase', ...(packages.length > 0 ? [`--include=${packages.join(',')}`] : []),
    ...[...hooks, ...trim].map((hook) => `--customize-hook=${hook}`), versions.debian, file,
  ], { env: { SOURCE_DATE_EPOCH: '0' } })
  return file
}
