import { existsSync } from 'node:fs'
import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { importImage, listImages } from './containerd.ts'
import { referenceIn } from './docker-archive.ts'
import type { Instance } from './instance.ts'
import type { Namespaces } from './namespaces.ts'

/** Which archive an image in containerd came from, by reference. Lies beside containerd's own folder and lives as long. */
type Origins = Readonly<Record<string, string>>

const PARALLEL = 3

/** Gives the cluster the images it does not have yet, or has from another archive. Returns their references. */
export async function loadImages(namespaces: Namespaces, instance: Instance, archives: readonly string[]): Promise<readonly string[]> {
  const present = new Set(await listImages(namespaces))
  const origins = await readOrigins(instance)
  const wanted = await Promise.all(archives.map(async (archive) => ({ archive, origin: await originOf(archive), ref: await referenceOf(archive, origins) })))
  const missing = wanted.filter(({ ref, origin }) => !(present.has(ref) && origins[ref] === origin))
  for (let first = 0; first < missing.length; first += PARALLEL) {
    await Promise.all(missing.slice(first, first + PARALLEL).map(({ archive }) => importImage(namespaces, archive)))
  }
  const added = Object.fromEntries(missing.map(({ ref, origin }) => [ref, origin]))
  await writeFile(originsFile(instance), JSON.stringify({ ...origins, ...added }, null, 2))
  return wanted.map(({ ref }) => ref)
}

const originsFile = (instance: Instance): string => join(instance.folder, 'images.json')

async function readOrigins(instance: Instance): Promise<Origins> {
  const file = originsFile(instance)
  return existsSync(file) ? JSON.parse(await readFile(file, 'utf8')) as Origins : {}
}

async function originOf(archive: string): Promise<string> {
  const { size, mtimeMs } = await stat(archive)
  return `${archive} ${size} ${mtimeMs}`
}

// Reading the reference means reading through the archive, so for one that was loaded before the answer is looked up.
async function referenceOf(archive: string, origins: Origins): Promise<string> {
  const origin = await originOf(archive)
  return Object.entries(origins).find(([, from]) => from === origin)?.[0] ?? referenceIn(archive)
}
