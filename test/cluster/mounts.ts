import { mkdir, rmdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { MachineCannot } from '../../toolchain/errors.ts'
import type { Instance } from './instance.ts'
import { runInside, type Namespaces } from './namespaces.ts'

/** The folder that Kubernetes' own hostPath provisioner is fixed to. */
export const VOLUME_FOLDER = '/tmp/hostpath_pv'

/** Folders of the machine that the cluster sees its own in place of, by their name under the run folder. */
const replaced = { 'var-lib': '/var/lib', 'var-log': '/var/log', volumes: VOLUME_FOLDER }

/** Where this machine sees the logs of the cluster's containers. */
export const podLogFolder = (instance: Instance): string => join(instance.runFolder, 'var-log', 'pods')

/** What the kubelet wants here. It sets what differs, for the whole machine and for good, so it gets to see these. */
const kernelSettings = {
  'vm/overcommit_memory': '1',
  'vm/panic_on_oom': '0',
  'kernel/panic': '10',
  'kernel/panic_on_oops': '1',
  'kernel/keys/root_maxkeys': '1000000',
  'kernel/keys/root_maxbytes': '25000000',
}

/** Throws MachineCannot where the cluster could not see its own files. */
export function requireVisible(instance: Instance): void {
  const hiding = ['/run', '/proc', ...Object.values(replaced)].find((folder) => instance.folder.startsWith(`${folder}/`))
  if (hiding === undefined) return
  throw new MachineCannot(`the cache folder ${instance.folder} is below ${hiding}, which the cluster replaces`, 'set XDG_CACHE_HOME to a folder elsewhere')
}

/** Gives the cluster its own /proc, /run and data folders, and lets its containers see later mounts. */
export async function mountFolders(namespaces: Namespaces, instance: Instance): Promise<void> {
  const mount = (...args: readonly string[]): Promise<string> => runInside(namespaces, ['mount', ...args])
  await mount('-t', 'proc', 'proc', '/proc')
  await mount('-t', 'tmpfs', '-o', 'mode=755', 'tmpfs', '/run')
  for (const [name, target] of Object.entries(replaced)) {
    const own = join(instance.runFolder, name)
    await Promise.all([mkdir(own, { recursive: true }), mkdir(target, { recursive: true })])
    await mount('--bind', own, target)
  }
  for (const [name, value] of Object.entries(kernelSettings)) {
    const own = join(instance.runFolder, 'sysctl', name)
    await mkdir(dirname(own), { recursive: true })
    await writeFile(own, `${value}\n`)
    await mount('--bind', own, `/proc/sys/${name}`)
  }
  await mount('--make-rshared', '/')
}

/** Removes the mount point made on the machine, once no cluster uses it. */
export const removeMountPoint = (): Promise<void> => rmdir(VOLUME_FOLDER).catch(() => undefined)
