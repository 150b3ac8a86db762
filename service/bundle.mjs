import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'

import { build } from 'esbuild'

// Loading one file costs a third of what loading some hundred costs, which is most of the start of a service.

const root = resolve(import.meta.dirname, '..')

/** Loaded when they are first asked for, with files of their own, or not installed. */
const later = ['@fastify/swagger', '@fastify/swagger-ui', '@dapr/dapr']

/** Never loaded, for `noCompilers`. */
const unused = ['@fastify/ajv-compiler', '@fastify/fast-json-stringify-compiler']

/** What packages in CommonJS ask Node's own modules by. */
const banner = { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" }

/** Of undici only what the services use: the whole is a third of a bundle, and 4 MB of memory. */
const parts = {
  name: 'parts',
  setup: ({ onResolve }) => { onResolve({ filter: /^undici$/ }, () => ({ path: resolve(import.meta.dirname, 'bundled/undici.mjs') })) },
}

const mains = (await readdir(import.meta.dirname, { recursive: true })).filter((file) => dirname(file) !== '.' && file.endsWith('/main.ts'))

await rm(resolve(root, 'build'), { recursive: true, force: true })
await build({
  absWorkingDir: root,
  entryPoints: mains.map((file) => `service/${file}`),
  outdir: 'build',
  outbase: '.',
  bundle: true,
  // Source is kept in memory. Names stay, for what is logged of an error.
  minifyWhitespace: true,
  minifySyntax: true,
  // What is imported later stays a file of its own.
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node22',
  external: [...later, ...unused],
  plugins: [parts],
  banner,
  logLevel: 'warning',
})

const { name, version, dependencies } = JSON.parse(await readFile(resolve(root, 'package.json'), 'utf8'))
const beside = Object.fromEntries(Object.entries(dependencies).filter(([dependency]) => later.includes(dependency)))
// What has to be installed beside the bundles: npm removes the rest by this.
await writeFile(resolve(root, 'build/package.json'), `${JSON.stringify({ name, version, type: 'module', dependencies: beside }, undefined, 2)}\n`)
