import { expect, test } from '@jest/globals'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

import { Ajv } from 'ajv'

import { run } from '../../toolchain/run.ts'
import { billOfMaterials } from '../../toolchain/sbom/bom.ts'
import { usedBy } from '../../toolchain/sbom/lock.ts'
import { projectLock, projectParts } from '../../toolchain/sbom/parts.ts'

interface Bom {
  readonly components: readonly { readonly type: string; readonly group?: string; readonly name: string; readonly version: string; readonly 'bom-ref': string; readonly hashes?: readonly unknown[]; readonly licenses?: readonly unknown[] }[]
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn?: readonly string[] }[]
}

const root = fileURLToPath(new URL('../../', import.meta.url))
const text = billOfMaterials(projectLock(), projectParts())
const { components, dependencies } = JSON.parse(text) as Bom
const libraries = components.filter(({ type }) => type === 'library')
const schema = (name: string): object => JSON.parse(readFileSync(new URL(`../../node_modules/@cyclonedx/cyclonedx-library/res/schema/${name}.SNAPSHOT.schema.json`, import.meta.url), 'utf8')) as object

test('the bill of materials has the packages that npm installs for production, and no others', async () => {
  const listed = await run('npm', ['ls', '--omit=dev', '--omit=peer', '--all', '--parseable', '--package-lock-only'], { cwd: root })
  const folders = [...new Set(listed.split('\n'))].flatMap((line) => (line.includes('/node_modules/') ? [line.slice(line.indexOf('node_modules/'))] : []))
  expect(libraries.map((one) => one['bom-ref']).sort()).toEqual(folders.sort())
}, 60_000)

test('each of them has its digest and its licence', () => {
  expect(libraries.filter(({ hashes = [], licenses = [] }) => hashes.length !== 1 || licenses.length !== 1)).toEqual([])
})

test('it has the base image and its Node, of a version that does not move', () => {
  const { base, node } = projectParts()
  expect(base).toBe(`docker.io/library/node:${node}-bookworm-slim`)
  expect(components.filter(({ type }) => type !== 'library').map(({ type, name, version }) => ({ type, name, version }))).toEqual([
    { type: 'container', name: 'docker.io/library/node', version: `${node}-bookworm-slim` },
    { type: 'platform', name: 'node', version: node },
  ])
})

test('it says what is used by what', () => {
  const of = (ref: string) => dependencies.find((one) => one.ref === ref)?.dependsOn ?? []
  expect(of('dapr-stack')).toEqual(expect.arrayContaining(['node', ...usedBy('', projectLock())]))
  expect(of('node_modules/fastify')).toContain('node_modules/pino')
})

test('it is CycloneDX 1.6', () => {
  const ajv = new Ajv({ strict: false, validateFormats: false })
  // By the names that the schema has for them.
  for (const name of ['spdx', 'jsf-0.82']) ajv.addSchema({ ...schema(name), $id: `http://cyclonedx.org/schema/${name}.SNAPSHOT.schema.json` })
  const validate = ajv.compile(schema('bom-1.6'))
  expect(validate(JSON.parse(text)) ? [] : validate.errors).toEqual([])
  expect(validate({ ...(JSON.parse(text) as object), components: [{ name: 'without a type' }] })).toBe(false)
})

test('two are equal', () => {
  expect(billOfMaterials(projectLock(), projectParts())).toBe(text)
})

test('docs/security.md says what each direct dependency of the image is for, and names no others', () => {
  const { dependencies: direct } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { readonly dependencies: object }
  const page = readFileSync(new URL('../../docs/security.md', import.meta.url), 'utf8')
  const [, table = ''] = /## What is in the image\n([\s\S]*?)\n## /.exec(page) ?? []
  expect([...table.matchAll(/^\| `([^`]+)` \|/gm)].map(([, name]) => name).sort()).toEqual(Object.keys(direct).sort())
})
