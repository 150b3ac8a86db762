import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

import { Extractor, ExtractorConfig, type ExtractorMessage } from '@microsoft/api-extractor'

const root = resolve('.')
const silent = { default: { logLevel: 'none' as never } } // an enum of the extractor, which takes its text

const compilerOptions = { target: 'es2023', module: 'nodenext', types: ['node'], skipLibCheck: true, strict: true, noEmit: true, allowImportingTsExtensions: true }

/** What it says on its way is not of the report. */
const quieten = (message: ExtractorMessage): void => {
  const category: string = message.category
  message.handled = category === 'console'
}

/** What can be imported from an entry of the package, as text; `types` is the entry's file of types, below the project. */
export const apiReport = async (name: string, types: string): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'dapr-stack-api-'))
  try {
    const reportTempFolder = join(folder, 'temp')
    await mkdir(reportTempFolder)
    const entry = resolve(types)
    const config = ExtractorConfig.prepare({
      configObjectFullPath: undefined,
      packageJsonFullPath: join(root, 'package.json'),
      configObject: {
        projectFolder: root,
        mainEntryPointFilePath: entry,
        compiler: { overrideTsconfig: { compilerOptions, files: [entry] } },
        apiReport: { enabled: true, reportFileName: `${name}.api.md`, reportFolder: folder, reportTempFolder },
        docModel: { enabled: false },
        dtsRollup: { enabled: false },
        tsdocMetadata: { enabled: false },
        messages: { extractorMessageReporting: silent, tsdocMessageReporting: silent },
      },
    })
    const { errorCount } = Extractor.invoke(config, { localBuild: true, messageCallback: quieten })
    if (errorCount > 0) throw new Error(`${types} does not compile`)
    return await readFile(join(reportTempFolder, `${name}.api.md`), 'utf8')
  } finally {
    await rm(folder, { recursive: true })
  }
}
