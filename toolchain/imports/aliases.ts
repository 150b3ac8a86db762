import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

const tagged = /mapstructure:"([\w-]+)"[^`\n]*mapstructurealiases:"([^"]+)"/g
const shared = /"github\.com\/dapr\/components-contrib\/(common\/(?:component|authentication)\/[\w/]+)"/g

const sourcesIn = async (folder: string): Promise<string> => {
  const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.go') && !name.endsWith('_test.go'))
  return (await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')))).join('\n')
}

/** Other names that the code of a component, in `folder` of components-contrib, takes its metadata by: alias → name. */
export async function aliasesIn(contrib: string, folder: string): Promise<Map<string, string>> {
  const own = await sourcesIn(folder)
  const folders = new Set([...own.matchAll(shared)].map(([, path = '']) => path))
  const others = await Promise.all([...folders].map((path) => sourcesIn(join(contrib, path))))
  const found = [own, ...others].flatMap((source) => [...source.matchAll(tagged)])
  return new Map(found.flatMap(([, name = '', aliases = '']) => aliases.split(',').map((alias): [string, string] => [alias.trim(), name])))
}

const group = /^\s+"\w+":\s+\{("[^}]+)\},?$/gm

/** Groups of names that mean the same to all components of Azure. */
export async function azureNames(contrib: string): Promise<string[][]> {
  const source = await readFile(join(contrib, 'common/authentication/azure/metadata-properties.go'), 'utf8')
  return [...source.matchAll(group)].map(([, names = '']) => [...names.matchAll(/"([^"]+)"/g)].map(([, name = '']) => name))
}
