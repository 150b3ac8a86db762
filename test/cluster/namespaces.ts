import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isRunning, ownerOf, type Owner } from '../../toolchain/owner.ts'
import { run } from '../../toolchain/run.ts'
import { until } from './until.ts'

/** The namespaces of a cluster, held by the process `init`, and the folder for the logs of what runs in them. */
export interface Namespaces {
  readonly init: Owner
  readonly parent: Owner
  readonly logFolder: string
}

// PID 1 inherits every orphan of the cluster. With SIGCHLD ignored, the kernel reaps them for it.
const INIT = ['sh', '-c', 'trap "" CHLD; exec sleep infinity']

/** Starts a process that is PID 1 of mount, network and PID namespaces of its own. It outlives this process. */
export async function startNamespaces(logFolder: string): Promise<Namespaces> {
  const args = ['--mount', '--net', '--pid', '--fork', '--kill-child', '--propagation', 'private', '--', ...INIT]
  const child = spawn('unshare', args, { cwd: '/', detached: true, stdio: 'ignore' })
  child.unref()
  const pid = child.pid
  if (pid === undefined) throw (await once(child, 'error'))[0]
  const parent = await until('unshare to start', () => ownerOf(pid))
  const init = await until('PID 1 of the cluster to start', () => firstChild(pid))
  return { init, parent, logFolder }
}

function firstChild(pid: number): Owner | undefined {
  const [child] = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ')
  return child ? ownerOf(Number(child)) : undefined
}

/** Ends PID 1 of a cluster; the kernel then ends all its processes and drops its mounts and links. */
export async function endNamespaces({ init, parent }: Pick<Namespaces, 'init' | 'parent'>): Promise<void> {
  if (isRunning(init)) process.kill(init.pid, 'SIGKILL')
  await until('the processes of the cluster to end', () => !isRunning(init) && !isRunning(parent))
}

const enter = ({ init }: Namespaces): readonly string[] => ['--target', `${init.pid}`, '--mount', '--net', '--pid', '--']

/** Runs a command inside to its end. */
export function runInside(namespaces: Namespaces, command: readonly string[], input?: string): Promise<string> {
  return run('nsenter', [...enter(namespaces), ...command], input === undefined ? {} : { input })
}

/** Starts a process inside that goes on after this one; its output goes to `<name>.log`. */
export async function startInside(namespaces: Namespaces, name: string, command: readonly string[]): Promise<void> {
  mkdirSync(namespaces.logFolder, { recursive: true })
  const log = openSync(join(namespaces.logFolder, `${name}.log`), 'a')
  const child = spawn('nsenter', [...enter(namespaces), 'setsid', '--fork', ...command], { cwd: '/', stdio: ['ignore', log, log] })
  closeSync(log)
  await once(child, 'exit')
}

/** Runs a command inside with a file of this machine as its standard input: the cluster sees other folders than we do. */
export async function feedInside(namespaces: Namespaces, file: string, command: readonly string[]): Promise<string> {
  return run('nsenter', [...enter(namespaces), ...command], { inputFile: file })
}
