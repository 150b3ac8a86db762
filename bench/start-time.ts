import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

import type { Host } from '../test/faults/host.ts'
import { freePorts } from '../test/sidecar/rig/free-ports.ts'
import { type Spread, spreadOf } from './statistics.ts'
import type { SubjectSpec } from './subject.ts'

/** What Fastify logs once it listens. */
const listens = 'Server listening'

/** Milliseconds from the start of a process to the line by which it says that it listens. It has no sidecar. */
const startOnce = async (host: Host, { program, env }: SubjectSpec): Promise<number> => {
  const [port = 0] = await freePorts(1)
  const start = performance.now()
  const child = spawn(host.node, [program], {
    cwd: host.root, env: { PATH: host.path, HOME: host.home, NODE_ENV: 'production', APP_HOST: '127.0.0.1', APP_PORT: `${port}`, ...env }, stdio: ['ignore', 'pipe', 'ignore'],
  })
  const exited = once(child, 'exit')
  try {
    for await (const line of createInterface({ input: child.stdout })) if (line.includes(listens)) return performance.now() - start
    throw new Error(`"${program}" ended before it listened`)
  } finally {
    child.kill('SIGKILL')
    await exited
  }
}

/** How long a program takes until it listens. */
export const measureStart = async (host: Host, spec: SubjectSpec, times: number): Promise<Spread> => {
  const all: number[] = []
  for (let time = 0; time < times; time += 1) all.push(await startOnce(host, spec))
  return spreadOf(all)
}
