import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'

import { httpClientsIn } from '../../verify/tasks/no-direct-clients.ts'
import { externalImports, fetchingFiles, hardCodedAddresses } from '../../verify/tasks/source-scan.ts'

describe('the scan of the source', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'dapr-stack-scan-'))
  })
  afterEach(() => rm(folder, { recursive: true }))

  const plant = (text: string): Promise<void> => writeFile(join(folder, 'planted.ts'), text)

  it.each(["import Redis from 'ioredis'", "import 'ioredis'", "export * from 'ioredis'", "const redis = await import('ioredis')", "import redis = require('ioredis')"])(
    'finds %s',
    async (text) => {
      await plant(text)
      expect((await externalImports([folder])).map(({ module }) => module)).toEqual(['ioredis'])
    },
  )

  it('passes over types, modules of the folder itself and texts that only look like imports', async () => {
    await plant("import type { Redis } from 'ioredis'\nimport './other.ts'\nconst text = \"import 'ioredis'\"\n// import 'redis'\n")
    await expect(externalImports([folder])).resolves.toEqual([])
  })

  it.each(["'http://notification-service/notify'", "'notification-service.default.svc.cluster.local'", '`https://10.0.0.1/${x}`'])('finds the address %s', async (text) => {
    await plant(`export const x = 1; export const address = ${text}`)
    expect(await hardCodedAddresses([folder])).toHaveLength(1)
  })

  it('lets the sidecar on the own loopback pass', async () => {
    await plant('export const url = (port: number) => `http://127.0.0.1:${port}/v1.0`')
    await expect(hardCodedAddresses([folder])).resolves.toEqual([])
  })

  it('finds calls of the global fetch', async () => {
    await plant('export const call = () => fetch(url)')
    expect(await fetchingFiles([folder])).toHaveLength(1)
  })
  it('finds an HTTP client outside the Dapr binding, and none in the services', async () => {
    await plant("import { request } from 'node:http'\nexport const call = () => fetch(url)")
    expect(await httpClientsIn([folder])).toEqual([expect.stringMatching(/planted\.ts imports node:http$/), expect.stringMatching(/planted\.ts calls fetch$/)])
    expect(await httpClientsIn(['config', 'service'])).toEqual([])
  })
})
