import { readdir } from 'node:fs/promises'
import { join } from 'node:path'

import { z } from 'zod'

import { ensureJars } from '../../../toolchain/jars.ts'
import { ensurePackages } from '../../../toolchain/packages.ts'
import { type Child, orEnd, startChild } from './child.ts'
import { freePorts } from './free-ports.ts'
import { until } from './until.ts'

const Span = z.object({
  traceId: z.string(),
  id: z.string(),
  parentId: z.string().optional(),
  name: z.string().default(''),
  /** Microseconds. */
  timestamp: z.number(),
  localEndpoint: z.object({ serviceName: z.string() }),
})
/** What a sidecar did, as Zipkin has it; names are in lower case there. */
export type Span = z.infer<typeof Span>

const Traces = z.array(z.array(Span))

export interface Zipkin {
  readonly process: Child
  /** Where sidecars send their spans. */
  readonly endpointAddress: string
  /** Every trace, its spans in the order in which they began. */
  traces(): Promise<Span[][]>
}

const progress = (line: string): void => { process.stderr.write(`${line}\n`) }

/** Starts a real Zipkin on loopback that keeps everything in memory. */
export const startZipkin = async (cwd: string): Promise<Zipkin> => {
  const folder = await ensureJars('zipkin', progress)
  await ensurePackages(['maven'], progress) // brings Java
  const [jar = ''] = await readdir(folder)
  const [port = 0] = await freePorts(1)
  const child = startChild('java', ['-Xmx256m', '-XX:TieredStopAtLevel=1', '-jar', join(folder, jar), '--armeria.ports[0].ip=127.0.0.1', '--armeria.ports[0].protocols[0]=http', `--armeria.ports[0].port=${port}`], { cwd })
  const origin = `http://127.0.0.1:${port}`
  await orEnd(child, until('Zipkin', 60, async () => (await fetch(`${origin}/health`)).ok))
  const traces = async (): Promise<Span[][]> => {
    const found = Traces.parse(await (await fetch(`${origin}/api/v2/traces?limit=1000&lookback=3600000`)).json())
    return found.map((spans) => spans.toSorted((a, b) => a.timestamp - b.timestamp))
  }
  return { process: child, endpointAddress: `${origin}/api/v2/spans`, traces }
}
