import { link, mkdir, readFile, rename, rm, rmdir, stat, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { errorCode } from './errors.ts'
import { isRunning, ownerOf, type Owner } from './owner.ts'
import { silent, type Progress } from './progress.ts'

const POLL_MS = 100
const ABANDONED_MS = 10_000

/**
 * Runs `work` while this process alone holds the lock file `path`. Waits as long as the owner lives, and says so once;
 * the lock of an owner that died is taken over. Not re-entrant.
 */
export async function withLock<T>(path: string, work: () => Promise<T>, progress: Progress = silent): Promise<T> {
  await mkdir(dirname(path), { recursive: true })
  let told = false
  while (!(await acquire(path))) {
    const owner = await readOwner(path)
    if (owner !== undefined && !isRunning(owner)) await breakStale(path, owner)
    else if (owner !== undefined && !told) {
      progress(`waiting for process ${owner.pid}, which holds ${path}`)
      told = true
    }
    await sleep(POLL_MS)
  }
  try {
    return await work()
  } finally {
    await rm(path, { force: true })
  }
}

let attempts = 0

// Linking a complete file is atomic, so nobody ever reads a lock without its owner.
async function acquire(path: string): Promise<boolean> {
  const ticket = `${path}.${process.pid}.${attempts++}`
  await writeFile(ticket, JSON.stringify(ownerOf(process.pid)))
  try {
    await link(ticket, path)
    return true
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false
    throw error
  } finally {
    await rm(ticket, { force: true })
  }
}

async function readOwner(path: string): Promise<Owner | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Owner
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined
    throw error
  }
}

// Two that see the same dead owner must not both remove the lock: the second would remove the first one's new lock.
async function breakStale(path: string, dead: Owner): Promise<void> {
  const guard = `${path}.breaking`
  try {
    await mkdir(guard)
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error
    await dropAbandoned(guard)
    return
  }
  const owner = await readOwner(path)
  if (owner?.pid === dead.pid && owner.started === dead.started) await rm(path)
  await rmdir(guard)
}

async function dropAbandoned(guard: string): Promise<void> {
  const made = await stat(guard).catch(() => undefined)
  if (made === undefined || Date.now() - made.mtimeMs < ABANDONED_MS) return
  await rename(guard, `${guard}.${process.pid}`).then(() => rmdir(`${guard}.${process.pid}`)).catch(() => undefined)
}
