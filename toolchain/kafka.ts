import { readFileSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { cached } from './cache.ts'
import { ExpectedError } from './errors.ts'
import { ensurePackages } from './packages.ts'
import { step, type Progress } from './progress.ts'
import { run } from './run.ts'

const inFolder = (name: string): string => fileURLToPath(new URL(`./kafka/${name}`, import.meta.url))
const pom = inFolder('pom.xml')
const checksums = inFolder('jars.sha256')

/** The version of Kafka that pom.xml pins, e.g. `4.1.0`. */
export function kafkaVersion(): string {
  const version = /<kafka\.version>(.+)<\/kafka\.version>/.exec(readFileSync(pom, 'utf8'))?.[1]
  if (version === undefined) throw new Error(`${pom} has no property kafka.version`)
  return version
}

/** The folder with Kafka's server, its command line tools and all they depend on, fetched by Maven if the cache lacks it. */
export function ensureKafkaJars(progress: Progress): Promise<string> {
  const pinned = readFileSync(checksums, 'utf8')
  return cached('tools', {
    name: 'kafka-jars',
    recipe: [readFileSync(pom, 'utf8'), pinned],
    make: async (folder) => {
      await ensurePackages(['maven'], progress)
      await step(progress, `fetching Kafka ${kafkaVersion()} (once for this machine)`, () => fetchJars(folder))
      requirePinned(await checksumsOf(folder), pinned)
    },
  }, progress)
}

const fetchJars = (folder: string): Promise<string> =>
  run('mvn', ['--batch-mode', '--quiet', '--strict-checksums', '--file', pom, 'dependency:copy-dependencies', `-DoutputDirectory=${folder}`])

const checksumsOf = async (folder: string): Promise<string> => run('sha256sum', (await readdir(folder)).sort(), { cwd: folder })

/** Throws ExpectedError unless both texts, in the form of `sha256sum`, name the same files with the same content. */
export function requirePinned(found: string, pinned: string): void {
  const [there, wanted] = [found, pinned].map((text) => text.split('\n').filter(Boolean)) as [string[], string[]]
  const differences = [
    ...there.filter((line) => !wanted.includes(line)).map((line) => `+ ${line}`),
    ...wanted.filter((line) => !there.includes(line)).map((line) => `- ${line}`),
  ]
  if (differences.length === 0) return
  throw new ExpectedError(`what Maven fetched for ${pom} is not what ${checksums} pins: if pom.xml was changed, change these lines there\n${differences.join('\n')}`)
}
