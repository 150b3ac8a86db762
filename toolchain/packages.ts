import { existsSync } from 'node:fs'
import { chmod, rm, writeFile } from 'node:fs/promises'
import { isAbsolute } from 'node:path'
import { cacheFolder } from './cache.ts'
import { MachineCannot } from './errors.ts'
import { withLock } from './lock.ts'
import { step, type Progress } from './progress.ts'
import { run, succeeds } from './run.ts'

/** The Debian packages we use, each with the command or file that tells that it (or its like) is there. */
const provides = {
  'busybox-static': 'busybox',
  buildah: 'buildah',
  chromium: 'chromium',
  containerd: 'containerd',
  'containernetworking-plugins': '/usr/lib/cni/bridge',
  'etcd-server': 'etcd',
  'inotify-tools': 'inotifywait',
  iproute2: 'ip',
  iptables: 'iptables',
  maven: 'mvn',
  mmdebstrap: 'mmdebstrap',
  nftables: 'nft',
  openssl: 'openssl',
  postgresql: 'pg_ctlcluster',
  'redis-server': 'redis-server',
  runc: 'runc',
  'util-linux': 'nsenter',
} as const

export type DebianPackage = keyof typeof provides

const POLICY = '/usr/sbin/policy-rc.d'

/**
 * Installs what is missing of the given Debian packages; no service of theirs is started. Throws MachineCannot where there
 * is no apt-get or no root.
 */
export async function ensurePackages(names: readonly DebianPackage[], progress: Progress): Promise<void> {
  if ((await missing(names)).length === 0) return
  await withLock(cacheFolder('locks', 'apt'), async () => {
    const absent = await missing(names)
    if (absent.length > 0) await step(progress, `installing ${absent.join(' ')}`, () => install(absent))
  }, progress)
}

async function missing(names: readonly DebianPackage[]): Promise<readonly DebianPackage[]> {
  const there = await Promise.all(names.map((name) => provided(provides[name])))
  return names.filter((_, index) => there[index] !== true)
}

async function provided(what: string): Promise<boolean> {
  return isAbsolute(what) ? existsSync(what) : succeeds('sh', ['-c', 'command -v "$1"', 'sh', what])
}

async function install(names: readonly DebianPackage[]): Promise<void> {
  const list = names.join(' ')
  if (!(await succeeds('apt-get', ['--version']))) {
    throw new MachineCannot(`this machine lacks ${list} and has no apt-get`, 'install them, or set KUBECONFIG to a cluster of your own that has Dapr')
  }
  if (process.getuid?.() !== 0) {
    throw new MachineCannot(`this machine lacks ${list}, and only root can install them`, `run "apt-get install ${list}" as root`)
  }
  await withoutServices(async () => {
    const env = { DEBIAN_FRONTEND: 'noninteractive' }
    await run('apt-get', ['update', '-qq'], { env })
    await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...names], { env })
  })
}

// Debian's packages start their services on installation unless this file says no (exit code 101).
async function withoutServices(work: () => Promise<void>): Promise<void> {
  if (existsSync(POLICY)) return work()
  await writeFile(POLICY, '#!/bin/sh\nexit 101\n')
  await chmod(POLICY, 0o755)
  try {
    await work()
  } finally {
    await rm(POLICY)
  }
}
