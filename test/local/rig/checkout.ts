import { cp, mkdtemp, rm, symlink } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

const parts = ['cdk8s.yaml', 'package.json', 'tsconfig.json', 'cli', 'config', 'imports', 'infra', 'service', 'toolchain', 'verify']

/** A copy of this checkout that a test may change, and what removes it. */
export interface Checkout {
  readonly folder: string
  remove(): Promise<void>
}

/** Copies what a run needs; the dependencies are those of this checkout. */
export const copyCheckout = async (): Promise<Checkout> => {
  const folder = await mkdtemp(join(tmpdir(), 'dapr-stack-start-'))
  for (const part of parts) await cp(resolve(part), join(folder, part), { recursive: true })
  await symlink(resolve('node_modules'), join(folder, 'node_modules'))
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) }
}

const isFree = (port: number): Promise<boolean> =>
  new Promise((done) => {
    const server = createServer()
    server.once('error', () => done(false))
    server.listen(port, '127.0.0.1', () => server.close(() => done(true)))
  })

/** A port offset at which all these ports are free, below the range that systems give out. */
export const freeOffset = async (ports: readonly number[]): Promise<number> => {
  for (;;) {
    const offset = 10_000 + Math.floor(Math.random() * 10_000)
    const free = await Promise.all(ports.map((port) => isFree(port + offset)))
    if (free.every(Boolean)) return offset
  }
}
