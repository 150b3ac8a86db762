import { readFile } from 'node:fs/promises'

/** Clock ticks in a second, which Linux gives all programs. */
const ticksPerSecond = 100
const bytesPerKilobyte = 1024

/** CPU seconds that a process took since it started. */
const cpuSecondsOf = async (pid: number): Promise<number> => {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8')
  // The second field is a name in parentheses, which may hold anything.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond
}

/** CPU seconds of all these processes together. */
export const cpuSeconds = async (pids: readonly number[]): Promise<number> => (await Promise.all(pids.map(cpuSecondsOf))).reduce((sum, seconds) => sum + seconds, 0)

/** Resident memory of a process, in MB of 1,000,000 bytes. */
export const residentMb = async (pid: number): Promise<number> => {
  const [, kilobytes = '0'] = /^VmRSS:\s+(\d+)/m.exec(await readFile(`/proc/${pid}/status`, 'utf8')) ?? []
  return (Number(kilobytes) * bytesPerKilobyte) / 1e6
}
