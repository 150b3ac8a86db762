import { readFileSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { cached } from './cache.ts'
import { ExpectedError } from './errors.ts'
import { ensurePackages } from './packages.ts'
import { step, type Progress } from './progress.ts'
import { run } from './run.ts'

/** What is fetched from Maven's central repository, each pinned by the pom.xml and jars.sha256 of the sub-folder of that name. */
export type JarSet = 'kafka' | 'zipkin'

const inFolder = (set: JarSet, name: string): string => fileURLToPath(new URL(`./${set}/${name}`, import.meta.url))
const pomOf = (set: JarSet): string => inFolder(set, 'pom.xml')

/** The version that a pom.xml pins, e.g. `4.1.0`. */
export function jarVersion(set: JarSet): string {
  const pom = pomOf(set)
  const version = new RegExp(`<${set}\\.version>(.+)</${set}\\.version>`).exec(readFileSync(pom, 'utf8'))?.[1]
  if (version === undefined) throw new Error(`${pom} has no property ${set}.version`)
  return version
}

/** The folder with the jars of a set and all they depend on, fetched by Maven if the cache lacks it. Maven brings Java. */
export function ensureJars(set: JarSet, progress: Progress): Promise<string> {
  const [pom, checksums] = [pomOf(set), inFolder(set, 'jars.sha256')]
  const pinned = readFileSync(checksums, 'utf8')
  return cached('tools', {
    name: `${set}-jars`,
    recipe: [readFileSync(pom, 'utf8'), pinned],
    make: async (folder) => {
      await ensurePackages(['maven'], progress)
      await step(progress, `fetching ${set} ${jarVersion(set)} (once for this machine)`, () => fetchJars(pom, folder))
      requirePinned(await checksumsOf(folder), pinned, pom, checksums)
    },
  }, progress)
}

const fetchJars = (pom: string, folder: string): Promise<string> =>
  run('mvn', ['--batch-mode', '--quiet', '--strict-checksums', '--file', pom, 'dependency:copy-dependencies', `-DoutputDirectory=${folder}`])

const checksumsOf = async (folder: string): Promise<string> => run('sha256sum', (await readdir(folder)).sort(), { cwd: folder })

/** Throws ExpectedError unless both texts, in the form of `sha256sum`, name the same files with the same content. The paths are for the message. */
export function requirePinned(found: string, pinned: string, pom: string, checksums: string): void {
  const [there, wanted] = [found, pinned].map((text) => text.split('\n').filter(Boolean)) as [string[], string[]]
  const differences = [
    ...there.filter((line) => !wanted.includes(line)).map((line) => `+ ${line}`),
    ...wanted.filter((line) => !there.includes(line)).map((line) => `- ${line}`),
  ]
  if (differences.length === 0) return
  throw new ExpectedError(`what Maven fetched for ${pom} is not what ${checksums} pins: if pom.xml was changed, change these lines there\n${differences.join('\n')}`)
}
