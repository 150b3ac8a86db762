/** What package-lock.json says of a package. */
interface Locked {
  readonly version?: string
  readonly license?: string
  /** Subresource integrity: `sha512-` and the digest in base64. */
  readonly integrity?: string
  readonly dev?: boolean
  readonly peer?: boolean
  readonly devOptional?: boolean
  readonly dependencies?: Readonly<Record<string, string>>
}

export interface Lock {
  readonly packages: Readonly<Record<string, Locked>>
}

/** A package that `npm ci --omit=dev --omit=peer` puts into the image. */
export interface Installed {
  /** Its folder, which tells several versions of a package apart. */
  readonly path: string
  readonly name: string
  readonly version: string
  readonly license: string | undefined
  /** SHA-512 in hexadecimal digits. */
  readonly sha512: string
  /** Folders of the packages that it loads. */
  readonly uses: readonly string[]
}

const folder = 'node_modules/'

const nameAt = (path: string): string => path.slice(path.lastIndexOf(folder) + folder.length)

/** Where Node finds a package, seen from another one: beside it, or beside one that it lies in. */
const found = (name: string, from: string, packages: Lock['packages']): string[] => {
  const path = `${from}${from === '' ? '' : '/'}${folder}${name}`
  if (path in packages) return [path]
  return from === '' ? [] : found(name, from.slice(0, Math.max(0, from.lastIndexOf(`/${folder}`))), packages)
}

/** Folders of the packages that a package loads; that of the project itself is the empty one. */
export const usedBy = (path: string, { packages }: Lock): string[] => Object.keys(packages[path]?.dependencies ?? {}).flatMap((name) => found(name, path, packages))

/** What is installed for production, sorted by folder. Pure. */
export const installed = (lock: Lock): Installed[] =>
  Object.entries(lock.packages)
    .filter(([path, { dev, peer, devOptional }]) => path !== '' && !dev && !peer && !devOptional)
    .map(([path, { version = '', license, integrity = '' }]) => ({
      path, name: nameAt(path), version, license,
      sha512: Buffer.from(integrity.replace(/^sha512-/, ''), 'base64').toString('hex'),
      uses: usedBy(path, lock),
    }))
    .sort((one, other) => (one.path < other.path ? -1 : 1))
