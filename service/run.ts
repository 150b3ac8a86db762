import { setTimeout as delay } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'

import type { FastifyInstance } from 'fastify'

import { type AnyStack, type AppOf, drainVariable } from '../config/define/index.ts'
import { createDrain, type Drain } from './http/index.ts'
import { joinedLines } from './joined-lines.ts'
import { limits } from './limits.ts'
import { logOptions } from './log.ts'
import type { ServiceParts } from './service-app.ts'
import { createSidecarClient } from './sidecar-client.ts'
import { jwtSettings, readSettings, SettingsError } from './settings.ts'

/** Serves on while clients move on, then closes and answers what is in flight; cuts off what the deadline leaves. */
const shutDown = async (app: FastifyInstance, drain: Drain, drainSeconds: number): Promise<void> => {
  drain.start()
  await delay(drainSeconds * 1_000)
  const closed = app.close().then(() => true)
  const inTime = await Promise.race([closed, delay(limits.closingMs, false)])
  if (!inTime) app.log.warn({ closing_ms: limits.closingMs }, 'Requests were cut off at the end of the drain')
}

const exitOnSignal = (app: FastifyInstance, drain: Drain, drainSeconds: number): void => {
  const onSignal = (signal: NodeJS.Signals): void => {
    if (drain.started) return
    app.log.info({ signal, drain_seconds: drainSeconds }, 'Draining')
    void shutDown(app, drain, drainSeconds).then(
      () => process.exit(0),
      (error: unknown) => {
        app.log.error({ err: error }, 'Draining failed')
        process.exit(1)
      },
    )
  }
  process.on('SIGTERM', onSignal)
  process.on('SIGINT', onSignal)
}

/** To compile undici's parser a second time takes V8 15 MB, which it keeps, after a few calls to the sidecar; calls are no faster for it. */
const keepParserSmall = (): void => { setFlagsFromString('--no-wasm-tier-up --no-wasm-dynamic-tiering') }

const start = async (stack: AnyStack, app: string, build: (parts: ServiceParts) => FastifyInstance): Promise<void> => {
  const settings = readSettings(process.env, stack.services[app]?.port ?? 0)
  const { DAPR_HTTP_PORT: daprPort, DAPR_API_TOKEN: apiToken, APP_API_TOKEN: appToken, APP_PORT: port, APP_HOST: host, LOG_LEVEL: level } = settings
  const { sidecarCallMs: callMs, invocationMs } = limits
  const sidecar = await createSidecarClient(settings.SIDECAR_CLIENT, { origin: `http://127.0.0.1:${daprPort}`, apiToken, callMs, invocationMs, batches: settings.SIDECAR_BATCHES === 'on' })
  const drain = createDrain()
  const lines = joinedLines((text) => { process.stdout.write(text) })
  process.on('exit', lines.flush)
  const server = build({ sidecar, drain, logger: logOptions(app, level, lines), appToken, jwt: jwtSettings(settings) })
  exitOnSignal(server, drain, settings[drainVariable])
  await server.listen({ host, port })
}

/**
 * The process of a service: environment, port, signals, exit code. It listens at once; `/ready` says when the sidecar is there.
 * Wrong settings end it with exit code 2 and one message.
 */
export const runService = async <const St extends AnyStack>(stack: St, app: AppOf<St>, build: (parts: ServiceParts) => FastifyInstance): Promise<void> => {
  keepParserSmall()
  try {
    await start(stack, app, build)
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error
    process.stderr.write(`${error.message}\n`)
    process.exitCode = 2
  }
}
