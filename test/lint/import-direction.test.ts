import { beforeAll, describe, expect, test } from '@jest/globals'

import { messagesOn } from './planted.ts'

const importing = (module: string) => `import * as planted from '${module}'\n\nexport const used = planted`

beforeAll(() => messagesOn('config/warm.ts', ''), 60_000)

describe('an import against the direction of docs/architecture.md is refused with its mend', () => {
  const intoConfig = 'move what is shared into config/'
  const refused: [file: string, module: string, mend: string][] = [
    ['config/tasks/planted.ts', '../../infra/images.ts', intoConfig],
    ['config/tasks/planted.ts', '../../imports/dapr.io.ts', intoConfig],
    ['config/define/planted.ts', '../../toolchain/versions.ts', intoConfig],
    ['config/define/planted.ts', '../../test/lint/import-direction.test.ts', intoConfig],
    ['config/define/planted.ts', 'node:fs', 'take the value as an argument'],
    ['config/define/planted.ts', '@kubernetes/client-node', 'take the value as an argument'],
    ['config/define/planted.ts', 'cdk8s', 'take the value as an argument'],
    ['config/define/planted.ts', 'fastify', 'take the value as an argument'],
    ['config/define/planted.ts', 'undici', 'take the value as an argument'],
    ['infra/constructs/planted.ts', '../../toolchain/versions.ts', 'put what both sides need into config/'],
    ['infra/planted.ts', '../test/lint/import-direction.test.ts', 'put what both sides need into config/'],
    ['service/task-api/planted.ts', '../../infra/images.ts', 'put what both sides need into config/'],
    ['service/task-api/planted.ts', '../../imports/dapr.io.ts', 'put what both sides need into config/'],
    ['service/task-api/planted.ts', '../../toolchain/versions.ts', 'put what both sides need into config/'],
    ['service/task-api/planted.ts', 'cdk8s', 'read the config'],
    ['service/task-api/planted.ts', 'cdk8s-plus-29', 'read the config'],
    ['service/task-api/main.ts', 'constructs', 'read the config'],
    ['service/task-api/planted.ts', 'ioredis', 'use the binding in service/dapr/'],
    ['toolchain/planted.ts', '../test/lint/import-direction.test.ts', 'move the helper into toolchain/'],
    ['cli/planted.ts', '../test/lint/import-direction.test.ts', 'move the helper into toolchain/'],
    ['cli/planted.ts', '../imports/dapr.io.ts', 'export a construct from infra/constructs/'],
    ['cli/planted.ts', '../verify/tasks/index.ts', 'loads it by its path'],
    ['service/task-api/planted.ts', '../../verify/tasks/index.ts', 'move what is shared into cli/verify/'],
    ['verify/tasks/planted.ts', '../../infra/images.ts', 'read its config, or look into the cluster'],
    ['infra/planted.ts', '../dist/planted.js', 'import the source'],
    ['cli/planted.ts', '../build/service/main.js', 'import the source'],
    ['test/infra/planted.ts', '../../bench/run.ts', 'move the helper out of it'],
    ['infra/planted.ts', 'fs', 'imported as `node:…`'],
  ]
  test.each(refused)('%s does not import %s', async (file, module, mend) => {
    expect(await messagesOn(file, importing(module))).toContainEqual(expect.stringContaining(mend))
  })
})

describe('an import along the direction passes', () => {
  const allowed: [file: string, module: string][] = [
    ['config/tasks/planted.ts', '../define/index.ts'],
    ['config/tasks/planted.ts', 'zod'],
    ['infra/tasks/planted.ts', '../../config/tasks/index.ts'],
    ['infra/constructs/planted.ts', '../../imports/dapr.io.ts'],
    ['service/task-api/planted.ts', '../../config/tasks/index.ts'],
    ['service/task-api/planted.ts', 'undici'],
    ['cli/planted.ts', '../infra/images.ts'],
    ['verify/tasks/planted.ts', '../../cli/verify/index.ts'],
    ['test/infra/planted.ts', '../../imports/dapr.io.ts'],
    ['test/infra/planted.ts', '../../infra/images.ts'],
    ['bench/planted.ts', '../config/tasks/index.ts'],
    ['bench/planted.ts', '../test/faults/host.ts'],
    ['test/bench/planted.ts', '../../bench/run.ts'],
  ]
  test.each(allowed)('%s imports %s', async (file, module) => {
    expect(await messagesOn(file, importing(module))).toEqual([])
  })
})

describe('the process and the console belong to main.ts', () => {
  const texts: [text: string, mend: string][] = [
    ["export const env = process.env['X']", 'let main.ts hand it in'],
    ["import { env } from 'node:process'\n\nexport const x = env['X']", 'let main.ts hand it in'],
    ["export const env = globalThis.process.env['X']", 'let main.ts hand it in'],
    ["export const say = () => { console.log('x') }", 'return the text'],
  ]
  const insides = ['config/tasks/planted.ts', 'infra/planted.ts', 'service/task-api/planted.ts', 'cli/planted.ts', 'verify/tasks/planted.ts']
  test.each(insides.flatMap((file) => texts.map(([text, mend]) => [file, text, mend] as const)))('%s is refused: %s', async (file, text, mend) => {
    expect(await messagesOn(file, text)).toContainEqual(expect.stringContaining(mend))
  })

  const edges = ['infra/main.ts', 'service/task-api/main.ts', 'service/dapr/run.ts', 'cli/main.ts', 'test/cluster/main.ts']
  test.each(edges.flatMap((file) => texts.map(([text]) => [file, text] as const)))('%s may: %s', async (file, text) => {
    expect(await messagesOn(file, text)).toEqual([])
  })
})
