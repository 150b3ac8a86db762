import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ExpectedError } from '../errors.ts'
import { dependencySource, moduleSource } from '../modules.ts'
import { step } from '../progress.ts'
import { daprCustomResources, kedaCustomResources, writeBindings } from './bindings.ts'
import { catalogueOf } from './catalogue.ts'

const folder = process.argv[2] ?? fileURLToPath(new URL('../../imports', import.meta.url))

const writeCatalogue = async (): Promise<void> => {
  const [dapr, contrib, customResources] = [await moduleSource('dapr'), await dependencySource('dapr', 'github.com/dapr/components-contrib'), await daprCustomResources()]
  const { types, data } = await catalogueOf({ dapr, contrib, customResources })
  await writeFile(join(folder, 'dapr-components.ts'), types)
  await writeFile(join(folder, 'dapr-catalogue.ts'), data)
}

try {
  await step(console.log, `typed bindings of Dapr's custom resources -> ${folder}/dapr.io.ts`, async () => writeBindings(folder, 'dapr.io.ts', await daprCustomResources()))
  await step(console.log, `typed bindings of KEDA's custom resources -> ${folder}/keda.sh.ts`, async () => writeBindings(folder, 'keda.sh.ts', await kedaCustomResources()))
  await step(console.log, `the catalogue of Dapr's components -> ${folder}/dapr-components.ts, dapr-catalogue.ts`, writeCatalogue)
} catch (error) {
  if (!(error instanceof ExpectedError)) throw error
  console.error(error.message)
  process.exitCode = error.exitCode
}
