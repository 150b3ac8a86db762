import { readFileSync } from 'node:fs'
import { findPackageJSON } from 'node:module'
import { pinnedVersion } from './modules.ts'

interface PackageJson { readonly devDependencies: { readonly node: string } }

const packageJson = JSON.parse(readFileSync(findPackageJSON(import.meta.url) ?? '', 'utf8')) as PackageJson

/**
 * Every version this project builds or runs its cluster with. Dapr and Kubernetes are stated in their go.mod, Node in
 * package.json, what only tests run in a go.mod of its own (`pinnedVersion`); the others here, and nowhere else.
 */
export const versions = {
  dapr: pinnedVersion('dapr'),
  kubernetes: pinnedVersion('kubernetes'),
  node: packageJson.devDependencies.node,
  helm: '3.19.0',
  coredns: '1.12.4',
  nats: '2.14.9',
  kubeconform: '0.7.0',
  kubeScore: '1.20.0',
  npm: '11.19.1',
  debian: 'bookworm',
} as const
