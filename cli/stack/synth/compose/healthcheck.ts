import { z } from 'zod'

import { literal } from './literal.ts'

/** How Kubernetes asks whether a container is ready. */
export const Probe = z.object({
  exec: z.object({ command: z.array(z.string()) }).optional(),
  httpGet: z.object({ path: z.string(), port: z.number() }).optional(),
  tcpSocket: z.object({ port: z.number() }).optional(),
  initialDelaySeconds: z.number().default(0),
  periodSeconds: z.number().default(10),
  timeoutSeconds: z.number().default(1),
  failureThreshold: z.number().default(3),
})
type Probe = z.infer<typeof Probe>

const fetchScript = (port: number, path: string): string => `fetch('http://127.0.0.1:${port}${path}').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))`

const testOf = ({ exec, httpGet, tcpSocket }: Probe, command: readonly string[]): string[] | undefined => {
  if (exec) return ['CMD', ...exec.command]
  if (tcpSocket) return ['CMD', 'nc', '-z', '127.0.0.1', String(tcpSocket.port)]
  // Only an image of Node is known to have something that asks over HTTP.
  return httpGet && command[0] === 'node' ? ['CMD', 'node', '-e', fetchScript(httpGet.port, httpGet.path)] : undefined
}

/** A check starts a program, which on a busy machine takes longer than to ask. */
const timeoutAtLeast = 5

/** Kubernetes goes on asking; compose gives up on a service for good once it has failed so often, but for this time after its start. */
const startAtLeast = 60

/** The check of a container as a service has it; none where there is no probe, or nothing in the image that could probe. Pure. */
export const healthcheck = (probe: Probe | undefined, command: readonly string[] = []): Readonly<Record<string, unknown>> => {
  const test = probe && testOf(probe, command)?.map(literal)
  if (!probe || !test) return {}
  const { initialDelaySeconds, periodSeconds, timeoutSeconds, failureThreshold } = probe
  return { healthcheck: { test, start_period: `${Math.max(initialDelaySeconds, startAtLeast)}s`, interval: `${periodSeconds}s`, timeout: `${Math.max(timeoutSeconds, timeoutAtLeast)}s`, retries: failureThreshold } }
}
