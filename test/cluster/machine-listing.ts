import { readdir, readFile, readlink } from 'node:fs/promises'
import { join } from 'node:path'
import { run } from '../../toolchain/run.ts'
import { addressesOf } from './addresses.ts'
import { knownInstances, readLiving, type Running } from './instance.ts'

/** Everything a cluster could leave on the machine, as sorted lines. What belongs to other living clusters is left out. */
export interface MachineListing {
  readonly processes: readonly string[]
  readonly mounts: readonly string[]
  readonly links: readonly string[]
  readonly routes: readonly string[]
  readonly firewall: readonly string[]
  readonly cgroups: readonly string[]
  readonly temporary: readonly string[]
}

export async function listMachine(key: string): Promise<MachineListing> {
  const others = (await livingOthers(key)).map(({ index }) => addressesOf(index).cgroup)
  const foreign = (line: string): boolean => line.split(/[/\n]/).some((part) => others.includes(part))
  const lines = async (command: string, ...args: readonly string[]): Promise<string[]> => (await run(command, args)).split('\n').filter(Boolean).sort()
  return {
    processes: await processesApart(key, foreign),
    mounts: (await readFile('/proc/self/mounts', 'utf8')).split('\n').sort(),
    links: (await lines('ip', '-brief', 'link')).filter((line) => !others.some((name) => line.startsWith(linkOf(name)))),
    routes: (await lines('ip', 'route')).filter((line) => !others.some((name) => line.includes(linkOf(name)))),
    firewall: await lines('iptables', '--list-rules'),
    cgroups: (await lines('find', '/sys/fs/cgroup', '-type', 'd', '-path', '*/dapr-stack-*')).filter((line) => !foreign(line)),
    temporary: (await readdir('/tmp')).filter((name) => name === 'hostpath_pv' && others.length === 0),
  }
}

async function livingOthers(key: string): Promise<readonly Running[]> {
  const others = (await knownInstances()).filter((instance) => instance.key !== key)
  const records = await Promise.all(others.map(readLiving))
  return records.filter((record) => record !== undefined)
}

const linkOf = (cgroup: string): string => `dstack${cgroup.slice(cgroup.lastIndexOf('-') + 1)}h`

/** The processes that are in PID namespaces other than ours, and those of ours that lead into one. */
async function processesApart(key: string, foreign: (line: string) => boolean): Promise<readonly string[]> {
  const others = await livingOthers(key)
  const namespaces = await Promise.all(others.map(({ init }) => readlink(`/proc/${init.pid}/ns/pid`)))
  const parents = others.map(({ parent }) => `${parent.pid}`)
  const own = await readlink('/proc/self/ns/pid')
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name) && !parents.includes(name))
  const lines = await Promise.all(pids.map(async (pid) => {
    const about = await describe(pid).catch(() => undefined)
    if (about === undefined || namespaces.includes(about.namespace) || foreign(about.cgroups)) return []
    return about.namespace !== own || /^(nsenter|unshare) /.test(about.command) ? [`${pid} ${about.command}`] : []
  }))
  return lines.flat().sort()
}

async function describe(pid: string): Promise<{ namespace: string; cgroups: string; command: string }> {
  const folder = join('/proc', pid)
  const [namespace, cgroups, command] = await Promise.all([
    readlink(join(folder, 'ns/pid')), readFile(join(folder, 'cgroup'), 'utf8'), readFile(join(folder, 'cmdline'), 'utf8'),
  ])
  return { namespace, cgroups, command: command.replaceAll('\0', ' ').trim() }
}
