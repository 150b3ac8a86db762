import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { asksForHelp, UsageError } from '../command-line.ts'
import { ExpectedError } from '../errors.ts'
import { dependencySource, moduleSource } from '../modules.ts'
import { step } from '../progress.ts'
import { daprCustomResources, kedaCustomResources, writeBindings } from './bindings.ts'
import { catalogueOf } from './catalogue.ts'

const usage = `usage: npm run imports -- [FOLDER]
  write the bindings of Dapr's and KEDA's custom resources, and the catalogue of Dapr's components, from the pinned versions into FOLDER (default: imports)`

const readFolder = ([folder = fileURLToPath(new URL('../../imports', import.meta.url)), ...more]: readonly string[]): string => {
  if (folder.startsWith('-') || more.length > 0) throw new UsageError(`"${[folder, ...more].join(' ')}" is not one folder\n${usage}`)
  return folder
}

const writeCatalogue = async (folder: string): Promise<void> => {
  const [dapr, contrib, customResources] = [await moduleSource('dapr'), await dependencySource('dapr', 'github.com/dapr/components-contrib'), await daprCustomResources()]
  const { types, data } = await catalogueOf({ dapr, contrib, customResources })
  await writeFile(join(folder, 'dapr-components.ts'), types)
  await writeFile(join(folder, 'dapr-catalogue.ts'), data)
}

const writeAll = async (folder: string): Promise<void> => {
  await step(console.log, `typed bindings of Dapr's custom resources -> ${folder}/dapr.io.ts`, async () => writeBindings(folder, 'dapr.io.ts', await daprCustomResources()))
  await step(console.log, `typed bindings of KEDA's custom resources -> ${folder}/keda.sh.ts`, async () => writeBindings(folder, 'keda.sh.ts', await kedaCustomResources()))
  await step(console.log, `the catalogue of Dapr's components -> ${folder}/dapr-components.ts, dapr-catalogue.ts`, () => writeCatalogue(folder))
}

try {
  const args = process.argv.slice(2)
  if (asksForHelp(args)) console.log(usage)
  else await writeAll(readFolder(args))
} catch (error) {
  if (!(error instanceof ExpectedError)) throw error
  console.error(error.message)
  process.exitCode = error.exitCode
}
