import { readdir, readFile, readlink } from 'node:fs/promises'
import { basename } from 'node:path'

import { run } from '../../toolchain/run.ts'

const listening = '0A'

/** The inodes of the sockets that listen on a port, out of the text of /proc/net/tcp or tcp6. */
export const listenersOn = (port: number, table: string): string[] => {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`
  const rows = table.split('\n').map((line) => line.trim().split(/\s+/))
  return rows.flatMap(([, local, , state, , , , , , inode]) => (local?.endsWith(suffix) && state === listening && inode ? [inode] : []))
}

const hasSocket = async (pid: string, sockets: readonly string[]): Promise<boolean> => {
  const folder = `/proc/${pid}/fd`
  const handles = await readdir(folder).catch(() => [])
  const targets = await Promise.all(handles.map((handle) => readlink(`${folder}/${handle}`).catch(() => '')))
  return targets.some((target) => sockets.includes(target))
}

const programOf = async (pid: string): Promise<string> => basename((await readFile(`/proc/${pid}/cmdline`, 'utf8')).split('\0')[0] ?? '')

const inProc = async (port: number): Promise<string> => {
  const tables = await Promise.all(['tcp', 'tcp6'].map((name) => readFile(`/proc/net/${name}`, 'utf8').catch(() => '')))
  const sockets = tables.flatMap((table) => listenersOn(port, table)).map((inode) => `socket:[${inode}]`)
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    if (await hasSocket(pid, sockets)) return `process ${pid} (${await programOf(pid)})`
  }
  return ''
}

const byLsof = async (port: number): Promise<string> => {
  const [pid, command] = (await run('lsof', ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-Fpc'])).split('\n').map((line) => line.slice(1))
  return `process ${pid ?? ''} (${command ?? ''})`
}

/** Who listens on a port, as `process 123 (node)`; empty when this user cannot find out. */
export const portHolder = (port: number): Promise<string> => inProc(port).catch(() => byLsof(port)).catch(() => '')
