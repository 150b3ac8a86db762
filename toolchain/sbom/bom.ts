import { Enums, Models, Serialize, Spec } from '@cyclonedx/cyclonedx-library'
import { type Installed, installed, type Lock, usedBy } from './lock.ts'

/** What an image is made of beside its packages. */
export interface ImageParts {
  readonly name: string
  readonly version: string
  /** Reference of the base image, with its tag or digest. */
  readonly base: string
  /** Version of Node in it. */
  readonly node: string
}

const { ComponentType, HashAlgorithm } = Enums

const nodeComponent = (version: string) => new Models.Component(ComponentType.Platform, 'node', { bomRef: 'node', version, purl: `pkg:generic/node@${version}` })

const baseComponent = (reference: string) => {
  const [, name = reference, version = ''] = /^(.+?)(?:@|:(?!.*\/))(.+)$/.exec(reference) ?? []
  return new Models.Component(ComponentType.Container, name, { bomRef: reference, version, purl: `pkg:docker/${name.replace(/^docker\.io\//, '')}@${version.replaceAll(':', '%3A')}` })
}

const packageComponent = ({ path, name: full, version, license, sha512 }: Installed) => {
  const [name = '', group] = full.split('/').reverse()
  return new Models.Component(ComponentType.Library, name, {
    bomRef: path,
    version,
    purl: `pkg:npm/${full.replace('@', '%40')}@${version}`,
    hashes: new Models.HashDictionary([[HashAlgorithm['SHA-512'], sha512]]),
    ...(group !== undefined && { group }),
    ...(license !== undefined && { licenses: new Models.LicenseRepository([new Models.LicenseExpression(license)]) }),
  })
}

/** The CycloneDX bill of materials of an image, as JSON: the same parts give the same text. Pure. */
export const billOfMaterials = (lock: Lock, { name, version, base, node }: ImageParts): string => {
  const parts = [baseComponent(base), nodeComponent(node)]
  const packages = installed(lock)
  const components = new Map(packages.map((one) => [one.path, packageComponent(one)]))
  const refsOf = (paths: readonly string[]) => paths.flatMap((path) => components.get(path)?.bomRef ?? [])
  for (const { path, uses } of packages) for (const ref of refsOf(uses)) components.get(path)?.dependencies.add(ref)
  const image = new Models.Component(ComponentType.Container, name, { bomRef: name, version })
  for (const ref of [...parts.map(({ bomRef }) => bomRef), ...refsOf(usedBy('', lock))]) image.dependencies.add(ref)
  const bom = new Models.Bom({ metadata: new Models.Metadata({ component: image }) })
  for (const component of [...parts, ...components.values()]) bom.components.add(component)
  return new Serialize.JsonSerializer(new Serialize.JSON.Normalize.Factory(Spec.Spec1dot6)).serialize(bom, { sortLists: true, space: 2 })
}
