import { glob, readFile } from 'node:fs/promises'
import { builtinModules } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { execa } from 'execa'
import { parseAllDocuments } from 'yaml'

import { fileBlocks, runnableBlocks } from '../docs/blocks.ts'
import { expectFile } from '../infra/file-snapshot.ts'
import { apiReport } from './api-report.ts'
import { emptyProject, installExample, type Project, tarballName, writeFiles } from './project.ts'

interface PackageJson {
  readonly exports: Readonly<Record<string, { readonly types: string; readonly default: string }>>
  readonly dependencies: Readonly<Record<string, string>>
  readonly peerDependencies: Readonly<Record<string, string>>
  readonly peerDependenciesMeta: Readonly<Record<string, unknown>>
  readonly devDependencies: Readonly<Record<string, string>>
}
const packageJson = JSON.parse(await readFile('package.json', 'utf8')) as PackageJson
const entries = Object.entries(packageJson.exports).filter(([name]) => name !== './package.json').map(([name, { types }]) => [name.slice(2), types] as const)

/** Files that must not be where the package is: what runs there is JavaScript with types. */
const isSource = (path: string): boolean => path.endsWith('.ts') && !path.endsWith('.d.ts')

describe('the package', () => {
  let project: Project
  beforeAll(async () => {
    project = await emptyProject()
    await installExample(project, 'todo-events')
  }, 300_000)
  afterAll(() => project.remove())

  const installed = async (pattern: string): Promise<string[]> => {
    const found: string[] = []
    for await (const path of glob(pattern, { cwd: join(project.folder, 'node_modules/dapr-stack') })) found.push(path)
    return found
  }

  test('holds JavaScript and types, no source, no test, and nothing of the task stack', async () => {
    const paths = await installed('**/*.{ts,js,mjs}')
    expect(paths.length).toBeGreaterThan(500)
    expect(paths.filter(isSource)).toEqual([])
    expect(paths.filter((path) => /(^|\/)(test|tasks|verify\/tasks|task-api)\//.test(path))).toEqual([])
  })

  test('names all that it imports among its dependencies, and for a service only those that an image installs', async () => {
    const importing = /(?:\bfrom |\bimport |\bimport\()'([^'.][^']*)'/g
    const importsOf = async (pattern: string): Promise<string[]> => {
      const texts = await Promise.all((await installed(pattern)).map((path) => readFile(join(project.folder, 'node_modules/dapr-stack', path), 'utf8')))
      const names = texts.flatMap((text) => [...text.matchAll(importing)].map(([, name = '']) => name.split('/').slice(0, name.startsWith('@') ? 2 : 1).join('/')))
      return [...new Set(names)].filter((name) => !name.startsWith('node:') && !builtinModules.includes(name))
    }
    const { dependencies, peerDependencies } = packageJson
    const known = [...Object.keys(dependencies), ...Object.keys(peerDependencies)]
    const all = await importsOf('lib/**/*.js')
    expect(all.length).toBeGreaterThan(10)
    expect(all.filter((name) => !known.includes(name))).toEqual([])
    expect((await importsOf('lib/{config,service}/**/*.js')).filter((name) => !(name in dependencies))).toEqual(Object.keys(packageJson.peerDependenciesMeta))
  })

  test('finds all that any of its modules imports, also those that are loaded late', async () => {
    // The page runs in a browser, and Dapr's own client is there for those who choose it.
    const modules = (await installed('lib/**/*.js')).filter((path) => !/\/main\.js$|\/dashboard\/page\/|\/sdk-sidecar\.js$/.test(path))
    const script = `for (const path of ${JSON.stringify(modules)}) await import(new URL('node_modules/dapr-stack/' + path, 'file://' + process.cwd() + '/').href)`
    expect(modules.length).toBeGreaterThan(300)
    expect(await project.run('node', ['--input-type=module', '-e', script])).toEqual({ exitCode: 0, all: '' })
  }, 60_000)

  test.each(entries)('%s has the surface that docs/api records', async (name, types) => {
    expectFile(pathToFileURL(`docs/api/${name}.api.md`), await apiReport(name, types))
  }, 60_000)

  test('its example compiles, synthesizes and keeps the rules, with the package from the tarball alone', async () => {
    expect(await project.run('npx', ['tsc'])).toEqual({ exitCode: 0, all: '' })
    expect(await project.run('npx', ['cdk8s', 'synth'])).toMatchObject({ exitCode: 0 })
    expect(await project.run('npx', ['stack', 'lint', 'dist'])).toEqual({ exitCode: 0, all: 'no findings in 2 files' })
    const manifests = parseAllDocuments(await readFile(join(project.folder, 'dist/0001-todo-events.k8s.yaml'), 'utf8')).map((document) => document.toJS() as unknown)
    expect(manifests).toContainEqual(expect.objectContaining({
      kind: 'Component',
      spec: expect.objectContaining({ type: 'state.redis', metadata: expect.arrayContaining([{ name: 'redisPassword', secretKeyRef: { name: 'redis-secrets', key: 'password' } }]) }),
    }))
  }, 200_000)

  test('fails an example whose service publishes to a topic that the config does not have', async () => {
    await project.write('service/wrong.ts', "import { bind } from 'dapr-stack/service'\nimport { stack } from '../config/stack.ts'\nbind(stack, 'todo-backend', {} as never).publish('task-removed', 'task-removed', {}, {} as never)\n")
    const { exitCode, all } = await project.run('npx', ['tsc'])
    expect({ exitCode, all }).toEqual({ exitCode: 2, all: expect.stringMatching(/^service\/wrong\.ts\(3,\d+\): error TS2345: Argument of type '"task-removed"'/) })
  }, 100_000)
})

describe('the guide', () => {
  const page = 'docs/guide.md'
  let project: Project
  beforeAll(async () => {
    project = await emptyProject()
    const install = (await runnableBlocks(page)).get('install') ?? ''
    expect(install).toContain(await tarballName())
    expect(await project.run('bash', ['-euc', install])).toMatchObject({ exitCode: 0 })
    await writeFiles(project, page)
  }, 300_000)
  afterAll(() => project.remove())

  test('makes a stack that compiles, synthesizes and keeps the rules', async () => {
    const check = (await runnableBlocks(page)).get('check') ?? ''
    const { exitCode, all } = await project.run('bash', ['-euc', check])
    expect({ exitCode, all }).toEqual({ exitCode: 0, all: expect.stringMatching(/no findings in 2 files$/) })
  }, 200_000)

  test('loads its criteria in the package\'s own stack verify', async () => {
    const script = "const { verification } = await import('./verify/index.ts'); console.log(verification.criteria({}).map(({ id }) => id).join())"
    expect(await project.run('node', ['--input-type=module', '-e', script])).toEqual({ exitCode: 0, all: 'O-1,O-2' })
  })

  test('fails to compile at each line that it says does not', async () => {
    const [[path, text] = ['', '']] = await fileBlocks(page, 'wrong')
    await project.write(path, text)
    const { all } = await project.run('npx', ['tsc', '--pretty', 'false'])
    const found = new Set([...all.matchAll(/^(\S+?)\((\d+),\d+\): error/gm)].map(([, file = '', line = '']) => `${file}:${line}`))
    const said = text.split('\n').flatMap((line, index) => (line.includes(' // ') ? [`${path}:${index + 1}`] : []))
    expect(said.length).toBeGreaterThan(5)
    expect([...found].sort()).toEqual(said.sort())
  }, 100_000)

  test('has no block that is neither a file nor run, but the one that builds the image', async () => {
    const fences = (await readFile(page, 'utf8')).match(/^```/gm)?.length ?? 0
    const kept = [await runnableBlocks(page), await fileBlocks(page), await fileBlocks(page, 'wrong')].reduce((sum, { size }) => sum + size, 0)
    expect(fences / 2 - kept).toBe(1)
  })
})

test('npm installs nothing more for a service\'s image than its dependencies and theirs', async () => {
  const { stdout } = await execa('npm', ['ls', '--omit=dev', '--omit=peer', '--parseable', '--package-lock-only'], { reject: false })
  const names = stdout.split('\n').slice(1).map((path) => path.split('node_modules/').at(-1))
  expect(names.sort()).toEqual(Object.keys(packageJson.dependencies).sort())
}, 60_000)
