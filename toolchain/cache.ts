import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { withLock } from './lock.ts'
import type { Progress } from './progress.ts'

/** A file or folder in the cache: `name` is what it is called there, `recipe` is everything that decides its content. */
export interface Recipe {
  readonly name: string
  readonly recipe: unknown
  /** Makes the file at the path it is given; `scratch` is an empty folder that is removed afterwards. */
  readonly make: (file: string, scratch: string) => Promise<void>
  /** The lock to hold while making it. Default - one of its own; give a name to keep heavy work from running in parallel. */
  readonly lock?: string
}

/** The cache folder of this user, shared by all checkouts: `$XDG_CACHE_HOME/dapr-stack`, else `~/.cache/dapr-stack`. */
export function cacheFolder(...parts: readonly string[]): string {
  return join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'dapr-stack', ...parts)
}

/** A short digest of anything that JSON can hold: equal values, equal digests. */
export const digest = (value: unknown): string => createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 12)

/**
 * The path of a cached file, made first if it is not there. Two processes that ask at once make it once, and a file
 * appears under its name only when it is complete.
 */
export async function cached(folder: string, entry: Recipe, progress: Progress): Promise<string> {
  const file = cacheFolder(folder, digest(entry.recipe), entry.name)
  if (existsSync(file)) return file
  const lock = cacheFolder('locks', entry.lock ?? `${folder}-${entry.name}-${digest(entry.recipe)}`)
  await withLock(lock, async () => { if (!existsSync(file)) await makeInPlace(file, entry) }, progress)
  return file
}

async function makeInPlace(file: string, entry: Recipe): Promise<void> {
  await mkdir(cacheFolder('scratch'), { recursive: true })
  const scratch = await mkdtemp(cacheFolder('scratch', `${entry.name}-`))
  try {
    const draft = join(scratch, entry.name)
    await mkdir(join(scratch, 'work'))
    await entry.make(draft, join(scratch, 'work'))
    await mkdir(dirname(file), { recursive: true })
    await rename(draft, file)
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}
