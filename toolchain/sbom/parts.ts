import { readFileSync } from 'node:fs'
import { versions } from '../versions.ts'
import type { ImageParts } from './bom.ts'
import type { Lock } from './lock.ts'

const read = (file: string): string => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8')

/** The lock file of the project. */
export const projectLock = (): Lock => JSON.parse(read('package-lock.json')) as Lock

/** The base image that the Dockerfile names. */
const baseImage = (): string => /^ARG NODE_IMAGE=(\S+)$/m.exec(read('Dockerfile'))?.[1] ?? ''

/** What the project's image is made of. */
export const projectParts = (): ImageParts => {
  const { name, version } = JSON.parse(read('package.json')) as { readonly name: string; readonly version: string }
  return { name, version, base: baseImage(), node: versions.node }
}
