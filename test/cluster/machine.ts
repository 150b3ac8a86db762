import { MachineCannot } from '../../toolchain/errors.ts'
import { hasCgroupV1 } from './cgroups.ts'

const MEND = 'set KUBECONFIG to a cluster of your own that has Dapr'

/** Throws MachineCannot where containers cannot be made at all. */
export function requireRootOnLinux(platform: string = process.platform, user: number | undefined = process.getuid?.()): void {
  if (platform !== 'linux') throw new MachineCannot(`the test cluster needs Linux, and this is ${platform}`, MEND)
  if (user !== 0) throw new MachineCannot(`the test cluster needs root, and this is user ${user}`, `run as root, or ${MEND}`)
}

/** Throws MachineCannot where the test cluster cannot run. */
export function requireClusterMachine(): void {
  requireRootOnLinux()
  if (!hasCgroupV1()) throw new MachineCannot('the test cluster needs cgroup v1, and this machine has none mounted', MEND)
}
