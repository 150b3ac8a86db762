import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

const kinds = ['bindings', 'configuration', 'conversation', 'crypto', 'lock', 'pubsub', 'secretstores', 'state']

const named = /Register(?:Component|Input|Output)\w*\(/
const literal = /"([\w.-]+)"/g
const version = /^v\d+$/

/** Types, each with its versions, that a file of `cmd/daprd/components` registers. */
const registeredIn = (file: string, source: string): [type: string, versions: string[]][] => {
  const kind = kinds.find((name) => file.startsWith(`${name}_`))
  if (file.startsWith('middleware_http_')) return [[`middleware.http.${file.slice('middleware_http_'.length, -'.go'.length)}`, ['v1']]]
  if (kind === undefined) return []
  return source.split(named).slice(1).flatMap((call): [string, string[]][] => {
    const literals = [...call.matchAll(literal)].map(([, text = '']) => text)
    const versions = literals.filter((text) => version.test(text))
    return literals.filter((text) => !version.test(text)).map((name) => [`${kind}.${name}`, versions.length > 0 ? [...new Set(versions)].sort() : ['v1']])
  })
}

/** Every component type that daprd knows, aliases included, with its versions; sorted. */
export async function registeredTypes(dapr: string): Promise<[type: string, versions: string[]][]> {
  const folder = join(dapr, 'cmd/daprd/components')
  const files = (await readdir(folder)).filter((name) => name.endsWith('.go'))
  const texts = await Promise.all(files.map(async (name) => registeredIn(name, await readFile(join(folder, name), 'utf8'))))
  return [...new Map(texts.flat())].sort(([a], [b]) => (a < b ? -1 : 1))
}

const annotation = /^\s+\w+\s+\*?(\w+)\s+`annotation:"(dapr\.io\/[\w-]+)"/gm

/** The annotations that the injector reads off a pod, with their Go types; sorted. */
export async function sidecarAnnotations(dapr: string): Promise<[name: string, type: string][]> {
  const source = await readFile(join(dapr, 'pkg/injector/patcher/sidecar.go'), 'utf8')
  const found = [...source.matchAll(annotation)].map(([, type = '', name = '']): [string, string] => [name, type.replace(/\d+$/, '')])
  return found.sort(([a], [b]) => (a < b ? -1 : 1))
}
